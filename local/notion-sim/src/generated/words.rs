//! Words to write with: enough of them that pages differ, few enough that a search finds something.
//! No sentence means anything, and none is random: the same chance gives the same words.

use crate::random::mix;

const SUBJECTS: [&str; 16] = [
    "the harbour crew",
    "our north station",
    "the new firmware",
    "every gauge on the pier",
    "the survey team",
    "a loose cable",
    "the winter schedule",
    "the calibration bench",
    "the spring tide",
    "one of the buoys",
    "the night shift",
    "the supplier",
    "a replacement float",
    "the council",
    "the data link",
    "the old logbook",
];
const VERBS: [&str; 12] = [
    "needs",
    "replaced",
    "checked",
    "measures",
    "depends on",
    "waits for",
    "reported",
    "explains",
    "lost",
    "found",
    "drifts from",
    "agrees with",
];
const OBJECTS: [&str; 16] = [
    "the reference level",
    "two batteries",
    "the morning readings",
    "a fresh coat of paint",
    "the pressure sensor",
    "last month's figures",
    "the radio mast",
    "a short outage",
    "the storm of October",
    "its own shadow",
    "the spare parts shelf",
    "the published table",
    "a written note",
    "the lock gate",
    "three missing hours",
    "the mean sea level",
];
const TAILS: [&str; 8] = [
    "",
    " before the next neap tide",
    " on most days",
    " without anyone noticing",
    " as the manual says",
    " and that is fine",
    " again this week",
    " in both harbours",
];
const TITLES: [&str; 16] = [
    "Field note",
    "Inspection",
    "Calibration run",
    "Meeting summary",
    "Parts list",
    "Station log",
    "Tide review",
    "Site visit",
    "Repair plan",
    "Open questions",
    "Checklist",
    "Decision record",
    "Travel plan",
    "Survey",
    "Incident",
    "Reading group",
];
const EMOJIS: [&str; 8] = ["🌊", "⚓", "🧭", "📏", "🔧", "🐧", "📡", "🗺️"];

pub(crate) fn title(chance: u64) -> &'static str {
    pick(&TITLES, chance)
}

pub(crate) fn emoji(chance: u64) -> &'static str {
    pick(&EMOJIS, chance)
}

/// One sentence, with its full stop.
pub(crate) fn sentence(chance: u64) -> String {
    let word = |words: &[&'static str], salt| pick(words, mix(chance, salt));
    let subject = word(&SUBJECTS, 1);
    let (first, rest) = subject.split_at(1);
    format!(
        "{}{rest} {} {}{}.",
        first.to_uppercase(),
        word(&VERBS, 2),
        word(&OBJECTS, 3),
        word(&TAILS, 4)
    )
}

/// One to four sentences.
pub(crate) fn paragraph(chance: u64) -> String {
    let sentences: Vec<String> = (0..=chance % 4)
        .map(|nth| sentence(mix(chance, 10 + nth)))
        .collect();
    sentences.join(" ")
}

fn pick(words: &[&'static str], chance: u64) -> &'static str {
    words
        .get(chance as usize % words.len())
        .copied()
        .unwrap_or_default()
}
