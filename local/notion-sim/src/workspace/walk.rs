//! Walking through objects in the order of a time, without sorting what is computed.
//!
//! Generated objects come in sequences whose times grow with the index, so a walk starts anywhere in logarithmic time; held ones are few and sorted.

use std::cmp::Ordering;

use crate::id::Uuid;

/// The direction of a walk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Order {
    Ascending,
    Descending,
}

impl Order {
    /// `ordering` of an ascending walk, in this direction.
    pub(crate) fn apply(self, ordering: Ordering) -> Ordering {
        match self {
            Order::Ascending => ordering,
            Order::Descending => ordering.reverse(),
        }
    }
}

/// Computed objects whose time never falls as the index grows.
pub(crate) struct Sequence<'a> {
    pub(crate) len: u64,
    pub(crate) time_ms: Box<dyn Fn(u64) -> i64 + 'a>,
    /// `None` where nothing is, or where something held replaces it.
    pub(crate) id: Box<dyn Fn(u64) -> Option<Uuid> + 'a>,
}

/// A merge of sequences and held objects in one order.
pub(crate) struct Walk<'a> {
    order: Order,
    sequences: Vec<(Sequence<'a>, u64)>,
    held: std::iter::Peekable<std::vec::IntoIter<(i64, Uuid)>>,
}

impl<'a> Walk<'a> {
    /// A walk from the object at `from` on, or from the beginning.
    pub(crate) fn new(
        order: Order,
        sequences: Vec<Sequence<'a>>,
        mut held: Vec<(i64, Uuid)>,
        from: Option<(i64, Uuid)>,
    ) -> Walk<'a> {
        held.sort_unstable_by(|a, b| order.apply(a.cmp(b)));
        if let Some(from) = from {
            held.retain(|entry| order.apply(entry.cmp(&from)) != Ordering::Less);
        }
        let sequences = sequences.into_iter().map(|sequence| {
            let start = from.map_or(0, |(time, _)| seek(&sequence, order, time));
            (sequence, start)
        });
        let mut walk = Walk {
            order,
            sequences: sequences.collect(),
            held: held.into_iter().peekable(),
        };
        if let Some(from) = from {
            walk.skip_before(from);
        }
        walk
    }

    /// Objects of the same time as `from`, but before it.
    fn skip_before(&mut self, from: (i64, Uuid)) {
        for (sequence, at) in &mut self.sequences {
            while let Some((step, entry)) = next_of(sequence, *at, self.order) {
                if self.order.apply(entry.cmp(&from)) != Ordering::Less {
                    break;
                }
                *at = step + 1;
            }
        }
    }
}

impl Iterator for Walk<'_> {
    type Item = (i64, Uuid);

    fn next(&mut self) -> Option<(i64, Uuid)> {
        let mut best: Option<(usize, u64, (i64, Uuid))> = None;
        for (which, (sequence, at)) in self.sequences.iter().enumerate() {
            if let Some((step, entry)) = next_of(sequence, *at, self.order)
                && best.is_none_or(|(_, _, least)| {
                    self.order.apply(entry.cmp(&least)) == Ordering::Less
                })
            {
                best = Some((which, step, entry));
            }
        }
        let held = self.held.peek().copied();
        match (best, held) {
            (Some((_, _, entry)), Some(held))
                if self.order.apply(held.cmp(&entry)) == Ordering::Less =>
            {
                self.held.next()
            }
            (Some((which, step, entry)), _) => {
                if let Some((_, at)) = self.sequences.get_mut(which) {
                    *at = step + 1;
                }
                Some(entry)
            }
            (None, _) => self.held.next(),
        }
    }
}

/// The first entry at or after step `at`; steps count from the walk's own beginning.
fn next_of(sequence: &Sequence<'_>, at: u64, order: Order) -> Option<(u64, (i64, Uuid))> {
    (at..sequence.len).find_map(|step| {
        let index = index_of(sequence, step, order);
        Some((step, ((sequence.time_ms)(index), (sequence.id)(index)?)))
    })
}

fn index_of(sequence: &Sequence<'_>, step: u64, order: Order) -> u64 {
    match order {
        Order::Ascending => step,
        Order::Descending => sequence.len - 1 - step,
    }
}

/// The first step whose time is not before `time` in this order.
fn seek(sequence: &Sequence<'_>, order: Order, time: i64) -> u64 {
    let (mut low, mut high) = (0, sequence.len);
    while low < high {
        let middle = low + (high - low) / 2;
        let ordering =
            order.apply((sequence.time_ms)(index_of(sequence, middle, order)).cmp(&time));
        if ordering == Ordering::Less {
            low = middle + 1
        } else {
            high = middle
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u64) -> Uuid {
        Uuid::from_bits(u128::from(n))
    }

    fn tens(len: u64) -> Sequence<'static> {
        Sequence {
            len,
            time_ms: Box::new(|n| n as i64 * 10),
            id: Box::new(|n| (n != 2).then(|| id(n))),
        }
    }

    #[test]
    fn a_walk_merges_in_order_and_leaves_out_what_is_replaced() {
        let held = vec![(25, id(100)), (-5, id(101))];
        let times = |order| {
            Walk::new(order, vec![tens(5)], held.clone(), None)
                .map(|(time, _)| time)
                .collect::<Vec<_>>()
        };
        assert_eq!(times(Order::Ascending), [-5, 0, 10, 25, 30, 40]);
        assert_eq!(times(Order::Descending), [40, 30, 25, 10, 0, -5]);
    }

    #[test]
    fn a_walk_starts_at_any_of_its_objects() {
        let held = vec![(25, id(100)), (30, id(101))];
        for order in [Order::Ascending, Order::Descending] {
            let all: Vec<_> = Walk::new(order, vec![tens(5)], held.clone(), None).collect();
            for (at, from) in all.iter().enumerate() {
                let rest: Vec<_> =
                    Walk::new(order, vec![tens(5)], held.clone(), Some(*from)).collect();
                assert_eq!(Some(rest.as_slice()), all.get(at..));
            }
        }
    }
}
