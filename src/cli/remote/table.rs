//! Lists, for people.

use comfy_table::{Table, presets};

use super::{print, say};

/// Prints rows under their headings; says `nothing` if there are none.
pub(super) fn show(headings: &[&str], rows: Vec<Vec<String>>, nothing: &str) {
    if rows.is_empty() {
        say(nothing);
        return;
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(headings);
    table.add_rows(rows);
    for line in table.lines() {
        print(line.trim_end());
    }
}
