//! Equations, as GitHub reads them: `$…$` within a text, `$$…$$` on lines of their own.
//!
//! What stands between the signs is TeX and no Markdown, but not every reader knows that.
//! So TeX stands there only where nobody reads anything dangerous or the end of it in it; otherwise it is code.
//! A space, which TeX ignores, goes where others would see a tag or a link.

use crate::render::text::shown;

use super::Renderer;

/// Whether TeX can stand within a text.
pub fn is_inline(tex: &str) -> bool {
    !tex.contains(['$', '`']) && !tex.trim().ends_with('\\')
}

/// Whether TeX would end a cell of a table.
pub fn has_bar(tex: &str) -> bool {
    tex.contains('|')
}

/// TeX in which nobody sees a tag or a link, as one line.
pub fn spaced(tex: &str) -> String {
    let mut out = String::with_capacity(tex.len());
    let mut before = ' ';
    for c in tex.chars() {
        let is_tag = before == '<' && (c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let is_link = before == ']' && matches!(c, '(' | '[' | ':');
        if is_tag || is_link {
            out.push(' ');
        }
        out.push(if c == '\n' { ' ' } else { c });
        before = c;
    }
    out
}

/// Whether TeX can stand on lines of its own: each begins with something that begins nothing else.
fn is_block(tex: &str) -> bool {
    let begins_nothing = |line: &str| {
        let first = line.trim().chars().next();
        first.is_some_and(|c| c.is_ascii_alphabetic() || "\\{}&^(".contains(c))
    };
    is_inline(tex) && tex.lines().all(begins_nothing)
}

impl Renderer<'_> {
    /// An equation on lines of its own; nothing where there is no TeX.
    pub(super) fn equation(&mut self, tex: &str) {
        let tex = shown(tex);
        let tex = tex.trim();
        if tex.is_empty() {
            return;
        }
        if !is_block(tex) {
            return self.fenced("math", tex);
        }
        self.markdown.block();
        self.markdown.push_str("$$");
        for line in tex.lines() {
            self.markdown.next_line();
            self.markdown.push_str(&spaced(line.trim()));
        }
        self.markdown.next_line();
        self.markdown.push_str("$$");
    }

    /// Code between fences that are longer than any run of backticks in it.
    pub(super) fn fenced(&mut self, language: &str, code: &str) {
        let fence = "`".repeat(longest_ticks(code).max(2) + 1);
        self.markdown.block();
        self.markdown.push_str(&fence);
        self.markdown.push_str(language);
        for line in code.split('\n') {
            if self.markdown.is_full() {
                break;
            }
            self.markdown.next_line();
            self.markdown.push_str(line);
        }
        self.markdown.next_line();
        self.markdown.push_str(&fence);
    }
}

/// How long the longest run of backticks is.
pub fn longest_ticks(text: &str) -> usize {
    let runs = text.split(|c| c != '`');
    runs.map(str::len).max().unwrap_or_default()
}
