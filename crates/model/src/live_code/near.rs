//! The nearest of many points on the globe: a balanced tree over unit vectors, in which points are opened and closed in place.
//!
//! Distances are those of great circles. On unit vectors the longer chord is the longer way, so that the tree compares
//! chords and knows neither an antimeridian nor poles.

use super::turn::Place;

/// Mean radius of the earth in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// A place on the globe, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Point {
    /// North is positive, -90 to 90.
    pub latitude: f64,
    /// East is positive, -180 to 180.
    pub longitude: f64,
}

impl Point {
    /// A point, or None where a number lies outside the globe.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let fits = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        fits.then_some(Self {
            latitude,
            longitude,
        })
    }

    fn vector(self) -> [f64; 3] {
        let (sin_lat, cos_lat) = self.latitude.to_radians().sin_cos();
        let (sin_lon, cos_lon) = self.longitude.to_radians().sin_cos();
        [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
    }

    /// Metres along the great circle.
    pub fn distance_m(self, other: Self) -> f64 {
        metres(chord_squared(self.vector(), other.vector()))
    }
}

fn chord_squared(one: [f64; 3], other: [f64; 3]) -> f64 {
    let parts = one.into_iter().zip(other).map(|(a, b)| (a - b) * (a - b));
    parts.sum()
}

fn metres(chord_squared: f64) -> f64 {
    2.0 * EARTH_M * (chord_squared.sqrt() / 2.0).min(1.0).asin()
}

fn chord_of(metres: f64) -> f64 {
    let half_angle = (metres / (2.0 * EARTH_M)).min(std::f64::consts::FRAC_PI_2);
    2.0 * half_angle.sin()
}

#[derive(Debug, Clone, Copy)]
struct Node {
    at: [f64; 3],
    place: Place,
    is_open: bool,
    /// Open points of the subtree.
    open: u32,
}

/// Points of seats; each seat may have several.
#[derive(Debug, Clone, Default)]
pub struct Near {
    /// A balanced tree without pointers: the root of a range is its middle.
    nodes: Vec<Node>,
    /// Where the points of each seat stand.
    of_seat: Vec<Vec<u32>>,
}

/// A seat that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Which.
    pub place: Place,
    /// Metres to its nearest point.
    pub distance_m: f64,
}

impl Near {
    /// A tree of the points of each seat, all closed.
    pub fn new<'a>(seats: impl IntoIterator<Item = &'a [Point]>) -> Self {
        let (mut nodes, mut count) = (Vec::new(), 0);
        for (place, points) in seats.into_iter().enumerate() {
            count = place + 1;
            nodes.extend(points.iter().map(|point| Node {
                at: point.vector(),
                place: place as Place,
                is_open: false,
                open: 0,
            }));
        }
        arrange(&mut nodes, 0);
        let mut of_seat = vec![Vec::new(); count];
        for (at, node) in nodes.iter().enumerate() {
            of_seat[node.place as usize].push(at as u32);
        }
        Self { nodes, of_seat }
    }

    /// Opens or closes all points of a seat.
    pub fn set(&mut self, place: Place, is_open: bool) {
        for at in self.of_seat[place as usize].clone() {
            if self.nodes[at as usize].is_open != is_open {
                self.nodes[at as usize].is_open = is_open;
                self.count(at as usize, is_open);
            }
        }
    }

    /// Counts one open point more, or less, from the root down to `at`.
    fn count(&mut self, at: usize, is_open: bool) {
        let (mut from, mut to) = (0, self.nodes.len());
        loop {
            let middle = usize::midpoint(from, to);
            let open = &mut self.nodes[middle].open;
            *open = if is_open { *open + 1 } else { *open - 1 };
            match at.cmp(&middle) {
                std::cmp::Ordering::Equal => return,
                std::cmp::Ordering::Less => to = middle,
                std::cmp::Ordering::Greater => from = middle + 1,
            }
        }
    }

    /// The nearest open seats within `radius_m` metres, nearest first, at most `most`; of two as near the lower place comes
    /// first. Seats in `except` are passed over.
    pub fn nearest(
        &self,
        from: Point,
        radius_m: Option<f64>,
        most: usize,
        except: &[Place],
    ) -> Vec<Found> {
        let mut search = Search {
            nodes: &self.nodes,
            from: from.vector(),
            bound: radius_m.map_or(f64::INFINITY, |metres| {
                let chord = chord_of(metres);
                chord * chord
            }),
            most,
            except,
            best: Vec::with_capacity(most + 1),
        };
        search.look(0, self.nodes.len(), 0);
        search
            .best
            .into_iter()
            .map(|(chord, place)| Found {
                place,
                distance_m: metres(chord),
            })
            .collect()
    }
}

fn arrange(nodes: &mut [Node], axis: usize) {
    if nodes.len() < 2 {
        return;
    }
    let middle = nodes.len() / 2;
    nodes.select_nth_unstable_by(middle, |a, b| {
        a.at[axis]
            .total_cmp(&b.at[axis])
            .then(a.place.cmp(&b.place))
    });
    let (left, right) = nodes.split_at_mut(middle);
    arrange(left, (axis + 1) % 3);
    arrange(&mut right[1..], (axis + 1) % 3);
}

struct Search<'a> {
    nodes: &'a [Node],
    from: [f64; 3],
    bound: f64,
    most: usize,
    except: &'a [Place],
    /// Squared chords and places, nearest first.
    best: Vec<(f64, Place)>,
}

impl Search<'_> {
    fn look(&mut self, from: usize, to: usize, axis: usize) {
        if from == to {
            return;
        }
        let middle = usize::midpoint(from, to);
        let node = &self.nodes[middle];
        if node.open == 0 {
            return;
        }
        if node.is_open && !self.except.contains(&node.place) {
            self.offer(chord_squared(self.from, node.at), node.place);
        }
        let aside = self.from[axis] - node.at[axis];
        let sides = [(from, middle), (middle + 1, to)];
        let [near, far] = if aside < 0.0 {
            sides
        } else {
            [sides[1], sides[0]]
        };
        self.look(near.0, near.1, (axis + 1) % 3);
        // As near as the farthest kept still counts, because of the order among equals.
        if aside * aside <= self.farthest() {
            self.look(far.0, far.1, (axis + 1) % 3);
        }
    }

    fn farthest(&self) -> f64 {
        match self.best.last() {
            Some(&(chord, _)) if self.best.len() == self.most => chord.min(self.bound),
            _ => self.bound,
        }
    }

    fn offer(&mut self, chord: f64, place: Place) {
        if chord > self.bound {
            return;
        }
        if let Some(at) = self.best.iter().position(|&(_, known)| known == place) {
            if self.best[at].0 <= chord {
                return;
            }
            self.best.remove(at);
        }
        let at = self
            .best
            .partition_point(|kept| kept.0.total_cmp(&chord).then(kept.1.cmp(&place)).is_lt());
        self.best.insert(at, (chord, place));
        self.best.truncate(self.most);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn brute(
        points: &[Vec<Point>],
        open: &[bool],
        from: Point,
        radius: Option<f64>,
        most: usize,
    ) -> Vec<Place> {
        let mut all: Vec<(f64, Place)> = Vec::new();
        for (place, points) in points.iter().enumerate().filter(|(place, _)| open[*place]) {
            let chord = points
                .iter()
                .map(|point| chord_squared(point.vector(), from.vector()))
                .fold(f64::INFINITY, f64::min);
            let limit = radius.map_or(f64::INFINITY, |metres| chord_of(metres) * chord_of(metres));
            if chord <= limit {
                all.push((chord, place as Place));
            }
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        all.into_iter().take(most).map(|(_, place)| place).collect()
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let point = |latitude, longitude| Point::new(latitude, longitude).unwrap();
        let shanghai = point(31.2304, 121.4737);
        let beijing = point(39.9042, 116.4074);
        assert!((shanghai.distance_m(beijing) - 1_067_000.0).abs() < 3_000.0);
        // Across the antimeridian, and around a pole.
        assert!((point(0.0, 179.5).distance_m(point(0.0, -179.5)) - 111_195.0).abs() < 10.0);
        assert!((point(89.9, 0.0).distance_m(point(89.9, 180.0)) - 22_239.0).abs() < 10.0);
        assert_eq!(Point::new(91.0, 0.0), None);
        assert_eq!(Point::new(f64::NAN, 0.0), None);
    }

    /// Random points, many of them at the poles and along the antimeridian.
    fn points(count: usize, seed: u64) -> Vec<Vec<Point>> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..count)
            .map(|at| {
                let several = 1 + at % 3;
                (0..several)
                    .map(|_| match at % 4 {
                        0 => Point::new(89.0 + next(), next() * 360.0 - 180.0).unwrap(),
                        1 => Point::new(
                            next() * 180.0 - 90.0,
                            if next() < 0.5 { 180.0 } else { -180.0 },
                        )
                        .unwrap(),
                        // A grid, so that some are exactly as near as others.
                        2 => Point::new(
                            (next() * 18.0).floor() * 10.0 - 90.0,
                            (next() * 36.0).floor() * 10.0 - 180.0,
                        )
                        .unwrap(),
                        _ => Point::new(next() * 180.0 - 90.0, next() * 360.0 - 180.0).unwrap(),
                    })
                    .collect()
            })
            .collect()
    }

    #[test]
    fn a_hundred_thousand_questions_agree_with_brute_force() {
        let seats = points(500, 7);
        let mut tree = Near::new(seats.iter().map(Vec::as_slice));
        let mut open = vec![false; seats.len()];
        let asked = points(100_000, 11);
        for (round, from) in asked.iter().enumerate() {
            // Two seats open or close between any two questions.
            for place in [round * 7 % seats.len(), round * 13 % seats.len()] {
                open[place] = !open[place];
                tree.set(place as Place, open[place]);
            }
            let radius = (round % 3 == 0).then_some(2_000_000.0);
            let found: Vec<Place> = tree
                .nearest(from[0], radius, 1, &[])
                .iter()
                .map(|found| found.place)
                .collect();
            assert_eq!(found, brute(&seats, &open, from[0], radius, 1), "{round}");
        }
    }

    proptest! {
        #[test]
        fn the_nearest_few_are_in_order(seed: u64, count in 0_usize..60, most in 1_usize..6) {
            let seats = points(count, seed);
            let mut tree = Near::new(seats.iter().map(Vec::as_slice));
            (0..count).for_each(|place| tree.set(place as Place, true));
            let from = points(4, !seed);
            for from in from {
                let found = tree.nearest(from[0], None, most, &[]);
                let places: Vec<Place> = found.iter().map(|found| found.place).collect();
                prop_assert_eq!(places, brute(&seats, &vec![true; count], from[0], None, most));
                prop_assert!(found.is_sorted_by(|a, b| a.distance_m <= b.distance_m));
            }
        }
    }
}
