//! The picture settings of a camera.

/// Values from 0 to 100, and the filter for the night.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Imaging {
    pub(crate) brightness: f64,
    pub(crate) saturation: f64,
    pub(crate) contrast: f64,
    pub(crate) sharpness: f64,
    pub(crate) ir_cut_filter: IrCutFilter,
}

/// Whether the infrared filter is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IrCutFilter {
    On,
    Off,
    Auto,
}

impl IrCutFilter {
    pub(crate) const ALL: [Self; 3] = [Self::On, Self::Off, Self::Auto];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::On => "ON",
            Self::Off => "OFF",
            Self::Auto => "AUTO",
        }
    }
}

impl Default for Imaging {
    fn default() -> Self {
        Self { brightness: 50.0, saturation: 50.0, contrast: 50.0, sharpness: 50.0, ir_cut_filter: IrCutFilter::Auto }
    }
}
