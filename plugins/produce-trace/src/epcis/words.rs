//! The words of EPCIS 2.0 and CBV 2.0 that stand in documents as bare strings.

/// What a field takes: one of the standard's words, or a URI that is not the standard's own.
#[derive(Debug)]
pub struct Vocabulary {
    /// The words, sorted.
    pub words: &'static [&'static str],
    /// What a private URI must not begin with: there the bare word is to be written.
    pub reserved: &'static [&'static str],
}

/// The CBV's own URIs.
const CBV: &[&str] = &["urn:epcglobal:cbv", "http://ns.gs1.org/cbv/", "https://ns.gs1.org/cbv/"];

/// The GS1 Web Vocabulary's own URIs.
const WEB: &[&str] =
    &["http://gs1.org/voc/", "https://gs1.org/voc/", "http://www.gs1.org/voc/", "https://www.gs1.org/voc/"];

impl Vocabulary {
    /// Whether the standard has this word.
    pub fn has(&self, word: &str) -> bool {
        self.words.binary_search(&word).is_ok()
    }

    /// Whether a URI belongs to the standard.
    pub fn reserves(&self, uri: &str) -> bool {
        self.reserved.iter().any(|prefix| uri.starts_with(prefix))
    }
}

/// What happens to a thing or a record.
pub const ACTIONS: &[&str] = &["ADD", "DELETE", "OBSERVE"];

/// Business steps.
pub const BIZ_STEPS: Vocabulary = Vocabulary {
    words: &[
        "accepting",
        "arriving",
        "assembling",
        "collecting",
        "commissioning",
        "consigning",
        "creating_class_instance",
        "cycle_counting",
        "decommissioning",
        "departing",
        "destroying",
        "disassembling",
        "dispensing",
        "encoding",
        "entering_exiting",
        "holding",
        "inspecting",
        "installing",
        "killing",
        "loading",
        "other",
        "packing",
        "picking",
        "receiving",
        "removing",
        "repackaging",
        "repairing",
        "replacing",
        "reserving",
        "retail_selling",
        "sampling",
        "sensor_reporting",
        "shipping",
        "staging_outbound",
        "stock_taking",
        "stocking",
        "storing",
        "transporting",
        "unloading",
        "unpacking",
        "void_shipping",
    ],
    reserved: CBV,
};

/// Dispositions.
pub const DISPOSITIONS: Vocabulary = Vocabulary {
    words: &[
        "active",
        "available",
        "completeness_inferred",
        "completeness_verified",
        "conformant",
        "container_closed",
        "container_open",
        "damaged",
        "destroyed",
        "dispensed",
        "disposed",
        "encoded",
        "expired",
        "in_progress",
        "in_transit",
        "inactive",
        "mismatch_class",
        "mismatch_instance",
        "mismatch_quantity",
        "needs_replacement",
        "no_pedigree_match",
        "non_conformant",
        "non_sellable_other",
        "partially_dispensed",
        "recalled",
        "reserved",
        "retail_sold",
        "returned",
        "sellable_accessible",
        "sellable_not_accessible",
        "stolen",
        "unavailable",
        "unknown",
    ],
    reserved: CBV,
};

/// Types of business transactions.
pub const TRANSACTION_TYPES: Vocabulary = Vocabulary {
    words: &[
        "bol",
        "cert",
        "desadv",
        "inv",
        "pedigree",
        "po",
        "poc",
        "prodorder",
        "recadv",
        "rma",
        "testprd",
        "testres",
        "upevt",
    ],
    reserved: CBV,
};

/// Types of sources and destinations.
pub const PARTY_TYPES: Vocabulary =
    Vocabulary { words: &["location", "owning_party", "possessing_party"], reserved: CBV };

/// Reasons of an error declaration.
pub const ERROR_REASONS: Vocabulary = Vocabulary { words: &["did_not_occur", "incorrect_data"], reserved: CBV };

/// Parts of a measured vector or place.
pub const COMPONENTS: Vocabulary = Vocabulary {
    words: &[
        "altitude",
        "axial_distance",
        "azimuth",
        "easting",
        "elevation_angle",
        "height",
        "latitude",
        "longitude",
        "northing",
        "polar_angle",
        "spherical_radius",
        "x",
        "y",
        "z",
    ],
    reserved: CBV,
};

/// Alerts of sensors.
pub const ALERTS: Vocabulary = Vocabulary { words: &["ALARM_CONDITION", "ERROR_CONDITION"], reserved: WEB };

/// What a sensor measures.
pub const MEASUREMENTS: Vocabulary = Vocabulary {
    words: &[
        "AbsoluteHumidity",
        "AbsorbedDose",
        "AbsorbedDoseRate",
        "Acceleration",
        "Altitude",
        "AmountOfSubstance",
        "AmountOfSubstancePerUnitVolume",
        "Angle",
        "AngularAcceleration",
        "AngularMomentum",
        "AngularVelocity",
        "Area",
        "Capacitance",
        "Conductance",
        "Conductivity",
        "Count",
        "Density",
        "Dimensionless",
        "DoseEquivalent",
        "DoseEquivalentRate",
        "DynamicViscosity",
        "ElectricCharge",
        "ElectricCurrent",
        "ElectricCurrentDensity",
        "ElectricFieldStrength",
        "Energy",
        "Exposure",
        "Force",
        "Frequency",
        "Illuminance",
        "Inductance",
        "Irradiance",
        "KinematicViscosity",
        "Length",
        "LinearMomentum",
        "Luminance",
        "LuminousFlux",
        "LuminousIntensity",
        "MagneticFlux",
        "MagneticFluxDensity",
        "MagneticVectorPotential",
        "Mass",
        "MassConcentration",
        "MassFlowRate",
        "MassPerAreaTime",
        "MemoryCapacity",
        "MolalityOfSolute",
        "MolarEnergy",
        "MolarMass",
        "MolarVolume",
        "Power",
        "Pressure",
        "RadiantFlux",
        "RadiantIntensity",
        "Radioactivity",
        "RelativeHumidity",
        "Resistance",
        "Resistivity",
        "SolidAngle",
        "SpecificVolume",
        "Speed",
        "SurfaceDensity",
        "SurfaceTension",
        "Temperature",
        "Time",
        "Torque",
        "Voltage",
        "Volume",
        "VolumeFlowRate",
        "VolumeFraction",
        "VolumetricFlux",
        "Wavenumber",
    ],
    reserved: WEB,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_because_the_lists_are_sorted() {
        for vocabulary in [
            &BIZ_STEPS,
            &DISPOSITIONS,
            &TRANSACTION_TYPES,
            &PARTY_TYPES,
            &ERROR_REASONS,
            &COMPONENTS,
            &ALERTS,
            &MEASUREMENTS,
        ] {
            assert!(vocabulary.words.is_sorted() && vocabulary.words.iter().all(|word| vocabulary.has(word)));
        }
    }
}
