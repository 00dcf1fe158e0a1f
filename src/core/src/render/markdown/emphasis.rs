//! Which emphasis and links begin and end where in a text.
//!
//! Strong emphasis is `**`, emphasis `_`, what is struck through `~~`: of different characters, so that they
//! never run together. What lasts longest lies outermost; a link is never cut in two.
//! Neither begins nor ends beside white space that it would have to hold.

use super::run::Run;

/// Something that surrounds runs of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Link,
    Strikethrough,
    Bold,
    Italic,
}

/// Looks that Markdown has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    pub bold: bool,
    pub italic: bool,
    pub strikethrough: bool,
}

impl Looks {
    /// What both have.
    pub const fn and(self, other: Self) -> Self {
        Self {
            bold: self.bold && other.bold,
            italic: self.italic && other.italic,
            strikethrough: self.strikethrough && other.strikethrough,
        }
    }
}

impl Mark {
    const ALL: [Self; 4] = [Self::Link, Self::Strikethrough, Self::Bold, Self::Italic];

    /// What stands on either side; a link has its own forms.
    pub const fn delimiter(self) -> &'static str {
        match self {
            Self::Link => "",
            Self::Strikethrough => "~~",
            Self::Bold => "**",
            Self::Italic => "_",
        }
    }

    const fn is_on(self, run: &Run) -> bool {
        match self {
            Self::Link => run.link.is_some(),
            Self::Strikethrough => run.looks.strikethrough,
            Self::Bold => run.looks.bold,
            Self::Italic => run.looks.italic,
        }
    }

    /// Whether it goes on from one run to the next.
    fn goes_on(self, run: &Run, next: &Run) -> bool {
        self.is_on(run) && self.is_on(next) && (self != Self::Link || run.link == next.link)
    }
}

/// A mark that is open, and the run before which it ends.
#[derive(Clone, Copy, Debug)]
struct Open {
    mark: Mark,
    end: usize,
}

/// Walks along runs and tells what ends and begins before each.
#[derive(Debug)]
pub struct Marks {
    /// For each run and mark: before which run the mark ends, if it is on.
    ends: Vec<[usize; 4]>,
    /// For each run: with which one its link begins.
    links: Vec<usize>,
    /// For each run: whether it is white space.
    spaces: Vec<bool>,
    open: Vec<Open>,
}

impl Marks {
    /// Looks at all runs, once in each direction.
    pub fn of(runs: &[Run]) -> Self {
        let mut ends = vec![[0; 4]; runs.len()];
        let mut after: Option<(&Run, [usize; 4])> = None;
        for (at, run) in runs.iter().enumerate().rev() {
            let of_run = Mark::ALL.map(|mark| match after {
                Some((next, ends)) if mark.goes_on(run, next) => end_of(&ends, mark),
                _ => at + 1,
            });
            if let Some(ends) = ends.get_mut(at) {
                *ends = of_run;
            }
            after = Some((run, of_run));
        }
        let mut links = Vec::with_capacity(runs.len());
        let mut before: Option<(&Run, usize)> = None;
        for (at, run) in runs.iter().enumerate() {
            let begin = match before {
                Some((last, begin)) if Mark::Link.goes_on(last, run) => begin,
                _ => at,
            };
            links.push(begin);
            before = Some((run, begin));
        }
        Self {
            ends,
            links,
            spaces: runs.iter().map(Run::is_space).collect(),
            open: Vec::new(),
        }
    }

    /// What ends before the run with this number, the innermost first.
    pub fn ended(&mut self, at: usize) -> Vec<Mark> {
        let mut ended = Vec::new();
        while let Some(open) = self.open.pop_if(|open| open.end <= at) {
            ended.push(open.mark);
        }
        ended
    }

    /// What begins before it, the outermost first; nothing before white space.
    pub fn begun(&mut self, at: usize, run: &Run) -> Vec<Mark> {
        let Some(ends) = self.ends.get(at).copied() else {
            return Vec::new();
        };
        if run.is_space() {
            return Vec::new();
        }
        let is_open = |mark| self.open.iter().any(|open| open.mark == mark);
        let is_new = |mark: &Mark| mark.is_on(run) && !is_open(*mark);
        let mut marks: Vec<Mark> = Mark::ALL.into_iter().filter(is_new).collect();
        marks.sort_by_key(|mark| std::cmp::Reverse(end_of(&ends, *mark)));
        for &mark in &marks {
            let around = self.open.last().map_or(usize::MAX, |open| open.end);
            let mut end = end_of(&ends, mark).min(around);
            // It would end within a link that begins later: then it ends before it, and begins anew in the link.
            if let Some(&link) = self.links.get(end)
                && link > at
                && mark != Mark::Link
            {
                let is_space = self.spaces.get(link - 1) == Some(&true);
                end = if is_space { link - 1 } else { link };
            }
            self.open.push(Open { mark, end });
        }
        marks
    }
}

const fn end_of(ends: &[usize; 4], mark: Mark) -> usize {
    let [link, strikethrough, bold, italic] = ends;
    match mark {
        Mark::Link => *link,
        Mark::Strikethrough => *strikethrough,
        Mark::Bold => *bold,
        Mark::Italic => *italic,
    }
}
