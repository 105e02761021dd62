//! Which cells of a grid a polygon touches, row by row. Errs on the side of touching, never on the other.
//!
//! A cell is a pixel, or a block of pixels that are coded together. Used by masks and by the regions of a comparison.

use xl_model::region::Point;
use xl_model::region::Region;

/// How much of a cell an edge is thicker than drawn: far more than the rounding of its arithmetic, far less than a pixel.
const EDGE: f64 = 1e-6;

/// A picture of `width` × `height` pixels cut into cells; the last column and row may stick out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Width and height of a cell in pixels.
    pub(crate) cell: (u32, u32),
}

/// Calls `each` with the number and the cells of every row in which a region touches a cell.
pub(crate) fn touched(regions: &[Region], grid: Grid, mut each: impl FnMut(u32, &[bool])) {
    if regions.is_empty() {
        return;
    }
    let columns = grid.width.div_ceil(grid.cell.0);
    let rows = grid.height.div_ceil(grid.cell.1);
    let across = f64::from(grid.width) / f64::from(grid.cell.0);
    let down = f64::from(grid.height) / f64::from(grid.cell.1);
    let polygons: Vec<Polygon> = regions.iter().map(|region| Polygon::new(region, across, down)).collect();
    let mut cells = vec![false; columns as usize];
    let mut crossings = Vec::new();
    for row in 0..rows {
        let mut any = false;
        for polygon in polygons.iter().filter(|polygon| polygon.meets(f64::from(row))) {
            polygon.mark_edges(f64::from(row), &mut cells);
            polygon.mark_inside(f64::from(row), &mut cells, &mut crossings);
            any = true;
        }
        if any {
            each(row, &cells);
            cells.fill(false);
        }
    }
}

/// The runs of neighbouring cells that are touched, as first and behind-the-last column.
pub(crate) fn runs(cells: &[bool]) -> impl Iterator<Item = (u32, u32)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + cells.get(at..)?.iter().position(|cell| *cell)?;
        let length = cells[start..].iter().position(|cell| !*cell).unwrap_or(cells.len() - start);
        at = start + length;
        Some((start as u32, at as u32))
    })
}

/// A region in units of cells.
struct Polygon {
    corners: Vec<Point>,
    top: f64,
    bottom: f64,
}

impl Polygon {
    fn new(region: &Region, across: f64, down: f64) -> Self {
        let corners: Vec<Point> =
            region.corners().iter().map(|corner| Point { x: corner.x * across, y: corner.y * down }).collect();
        let top = corners.iter().map(|corner| corner.y).fold(f64::INFINITY, f64::min);
        let bottom = corners.iter().map(|corner| corner.y).fold(f64::NEG_INFINITY, f64::max);
        Self { corners, top, bottom }
    }

    fn edges(&self) -> impl Iterator<Item = (Point, Point)> {
        self.corners.iter().copied().zip(self.corners.iter().copied().cycle().skip(1))
    }

    /// Whether it reaches into the row.
    fn meets(&self, row: f64) -> bool {
        self.bottom >= row - EDGE && self.top <= row + 1.0 + EDGE
    }

    /// Marks every cell of the row through which an edge passes.
    fn mark_edges(&self, row: f64, cells: &mut [bool]) {
        let (top, bottom) = (row - EDGE, row + 1.0 + EDGE);
        for (a, b) in self.edges() {
            if a.y.min(b.y) > bottom || a.y.max(b.y) < top {
                continue;
            }
            let rise = b.y - a.y;
            // Where the edge enters and leaves the row; one that runs along it stays in it from end to end.
            let at = |y: f64| {
                if rise.abs() < EDGE { None } else { Some(a.x + (b.x - a.x) * ((y - a.y) / rise).clamp(0.0, 1.0)) }
            };
            let (enter, leave) = (at(top).unwrap_or(a.x), at(bottom).unwrap_or(b.x));
            mark(cells, enter.min(leave), enter.max(leave));
        }
    }

    /// Marks every cell of the row whose middle is inside. Cells without an edge are inside or outside as a whole.
    fn mark_inside(&self, row: f64, cells: &mut [bool], crossings: &mut Vec<(f64, i32)>) {
        let middle = row + 0.5;
        crossings.clear();
        for (a, b) in self.edges() {
            if (a.y <= middle) != (b.y <= middle) {
                let x = a.x + (b.x - a.x) * ((middle - a.y) / (b.y - a.y));
                crossings.push((x, if b.y > a.y { 1 } else { -1 }));
            }
        }
        crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut winding = 0;
        for pair in crossings.windows(2) {
            winding += pair[0].1;
            if winding != 0 {
                mark(cells, pair[0].0, pair[1].0);
            }
        }
    }
}

/// Marks the cells from the one at `left` to the one at `right`.
fn mark(cells: &mut [bool], left: f64, right: f64) {
    let last = cells.len().saturating_sub(1);
    // `as` saturates: what lies left of the picture becomes its first cell.
    let (first, behind) = ((left - EDGE) as usize, ((right + EDGE) as usize).min(last) + 1);
    if let Some(touched) = cells.get_mut(first.min(last)..behind) {
        touched.fill(true);
    }
}
