//! The frame and scan headers of a JPEG (ITU-T T.81, B.2.2 and B.2.3), read without decoding.

use crate::Header;
use crate::PictureError;
use crate::PictureLimits;
use crate::broken;

/// What a start-of-frame segment says.
pub(crate) struct Frame {
    pub(crate) header: Header,
    /// Width and height of a minimum coded unit in pixels, 8 or 16: no pixel of one tells of a pixel of another, except
    /// that colour is spread over [`Frame::reach`] when it is sampled up.
    pub(crate) unit: (u32, u32),
    /// Blocks of 8 × 8 samples over all components, the fewest that the size allows.
    blocks: u64,
    progressive: bool,
    components: usize,
}

impl Frame {
    /// Reads the segment behind the marker `SOFn`.
    pub(crate) fn read(marker: u8, segment: &[u8], limits: &PictureLimits) -> Result<Self, PictureError> {
        let coding = match marker {
            0xC0..=0xC2 => None,
            0xC3 | 0xC7 | 0xCB | 0xCF => Some("lossless"),
            0xC5 | 0xC6 => Some("hierarchical"),
            _ => Some("arithmetic"),
        };
        if let Some(coding) = coding {
            return Err(broken(format!("{coding} coding is not taken, only baseline and progressive")));
        }
        let &[bits, h1, h0, w1, w0, components, ref rest @ ..] = segment else {
            return Err(broken("the frame header is too short"));
        };
        let header = Header { width: u16::from_be_bytes([w1, w0]).into(), height: u16::from_be_bytes([h1, h0]).into() };
        // The size comes before everything else that can be wrong with it: it is what a picture bomb lies about.
        limits.admit(header.width, header.height)?;
        if header.width == 0 || header.height == 0 {
            return Err(broken("the frame has no width or no height"));
        }
        if bits != 8 {
            return Err(broken(format!("{bits} bits a sample, only 8 are taken")));
        }
        if !matches!(components, 1 | 3 | 4) || rest.len() != usize::from(components) * 3 {
            return Err(broken(format!("a frame of {components} components in {} bytes", segment.len())));
        }
        let sampling: Vec<_> =
            rest.chunks_exact(3).map(|one| (u64::from(one[1] >> 4), u64::from(one[1] & 15))).collect();
        let most = sampling[0];
        if !sampling.iter().all(|&one| is_taken(one, most)) {
            let words: Vec<String> = sampling.iter().map(|(across, down)| format!("{across} × {down}")).collect();
            let words = words.join(", ");
            return Err(broken(format!(
                "sampled otherwise than 1 or 2 times, the first component the finest: {words}"
            )));
        }
        Ok(Self {
            header,
            unit: (8 * most.0 as u32, 8 * most.1 as u32),
            blocks: blocks(header, &sampling, most),
            progressive: marker == 0xC2,
            components: components.into(),
        })
    }

    /// Whether the decoder gives luma alone in its place: zune-jpeg 0.5.15 does not where it is finer down than across.
    pub(crate) fn gives_luma(&self) -> bool {
        !self.progressive || self.unit.0 >= self.unit.1
    }

    /// How far a decoder spreads colour beyond a unit, in pixels: one sample of the coarsest component.
    pub(crate) fn reach(&self) -> (u32, u32) {
        (self.unit.0 / 8, self.unit.1 / 8)
    }

    /// Reads the segment behind the marker `SOS`, as far as it can contradict the frame.
    pub(crate) fn admit_scan(&self, segment: &[u8]) -> Result<(), PictureError> {
        let components = segment.first().copied().map_or(0, usize::from);
        if components == 0 || components > self.components || segment.len() != 4 + 2 * components {
            return Err(broken("a scan header contradicts the frame"));
        }
        // The decoder mixes up rows of blocks here too; no camera we know of writes this.
        if !self.progressive && components != self.components {
            return Err(broken(
                "its components stand in scans of their own, which is taken of progressive pictures only",
            ));
        }
        Ok(())
    }

    /// Refuses coded bytes that cannot possibly hold the pixels that the header claims.
    ///
    /// A block of a sequential scan takes two codes of at least a bit each, one of a progressive picture at least the
    /// bit of its first DC scan (T.81, F.1.2 and G.1.2). So a few bytes cannot make a decoder fill megapixels, and a
    /// cut file that somebody closed with an end-of-image marker is mostly found too.
    pub(crate) fn admit_coded(&self, coded_bytes: usize) -> Result<(), PictureError> {
        let bits = self.blocks * if self.progressive { 1 } else { 2 };
        let needed = bits.div_ceil(8);
        if (coded_bytes as u64) < needed {
            let Header { width, height } = self.header;
            return Err(broken(format!(
                "{coded_bytes} coded bytes cannot hold {width} × {height} pixels, that takes {needed} at the least"
            )));
        }
        Ok(())
    }
}

/// Whether the decoder puts the pixels of a component in their places.
///
/// With 3 or 4 samples, or with colour finer than luma, zune-jpeg 0.5.15 mixes up rows of blocks (our measurement against
/// libjpeg, see `host/design/pictures.md`). A mask over pixels that stand elsewhere hides nothing.
fn is_taken((across, down): (u64, u64), (most_across, most_down): (u64, u64)) -> bool {
    let fits = |one: u64, most: u64| matches!((one, most), (1, 1 | 2) | (2, 2));
    fits(across, most_across) && fits(down, most_down)
}

fn blocks(header: Header, sampling: &[(u64, u64)], (most_across, most_down): (u64, u64)) -> u64 {
    let along = |pixels: u32, factor: u64, most: u64| (u64::from(pixels) * factor).div_ceil(most).div_ceil(8);
    sampling
        .iter()
        .map(|&(across, down)| along(header.width, across, most_across) * along(header.height, down, most_down))
        .sum()
}
