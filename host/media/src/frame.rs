//! The frame and scan headers of a JPEG (ITU-T T.81, B.2.2 and B.2.3), read without decoding.

use crate::Header;
use crate::PictureError;
use crate::PictureLimits;
use crate::broken;

/// What a start-of-frame segment says.
pub(crate) struct Frame {
    pub(crate) header: Header,
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
        if sampling.iter().any(|&(across, down)| !(1..=4).contains(&across) || !(1..=4).contains(&down)) {
            return Err(broken("a component is sampled otherwise than 1 to 4 times"));
        }
        Ok(Self {
            header,
            blocks: blocks(header, &sampling),
            progressive: marker == 0xC2,
            components: components.into(),
        })
    }

    /// Reads the segment behind the marker `SOS`, as far as it can contradict the frame.
    pub(crate) fn admit_scan(&self, segment: &[u8]) -> Result<(), PictureError> {
        let components = segment.first().copied().map_or(0, usize::from);
        if components == 0 || components > self.components || segment.len() != 4 + 2 * components {
            return Err(broken("a scan header contradicts the frame"));
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

fn blocks(header: Header, sampling: &[(u64, u64)]) -> u64 {
    let most_across = sampling.iter().map(|one| one.0).max().unwrap_or(1);
    let most_down = sampling.iter().map(|one| one.1).max().unwrap_or(1);
    let along = |pixels: u32, factor: u64, most: u64| (u64::from(pixels) * factor).div_ceil(most).div_ceil(8);
    sampling
        .iter()
        .map(|&(across, down)| along(header.width, across, most_across) * along(header.height, down, most_down))
        .sum()
}
