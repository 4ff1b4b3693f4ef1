//! Whom a message calls by name.
use commonweal_text::terms;
use hashbrown::HashMap;

/// How somebody is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// First of all, with a mark: `ana:`, `ana,`.
    Opening,
    /// `@ana`, `<@ana>`.
    At,
    /// First or last word, with no mark.
    Edge,
    /// A word among others: perhaps talked about, perhaps no name at all.
    Inside,
}

/// Somebody called by a message: an author of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) who: u32,
    pub(super) form: Form,
}

/// The names that authors of one log go by.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By name in lower case: who, and whether it is the whole name or what is left of it without signs, as `ana` of `_ana_`.
    owners: HashMap<String, Vec<(u32, bool)>>,
    /// The most words of a name.
    words: usize,
}

/// A word as short as this, or one that says nothing, names nobody unless a mark says so.
const SHORTEST_PLAIN: usize = 3;

impl Names {
    /// Adds a name of an author.
    pub(super) fn add(&mut self, who: u32, name: &str) {
        let name = without_number(name.trim()).to_lowercase();
        let words: Vec<&str> = name.split_whitespace().collect();
        if words.is_empty() {
            return;
        }
        self.words = self.words.max(words.len());
        let whole = words.join(" ");
        let core = whole.trim_matches(|c: char| !c.is_alphanumeric());
        if core != whole && core.chars().count() > 1 {
            self.own(core.to_owned(), who, false);
        }
        self.own(whole, who, true);
    }

    fn own(&mut self, name: String, who: u32, whole: bool) {
        let owners = self.owners.entry(name).or_default();
        if !owners.iter().any(|(other, _)| *other == who) {
            owners.push((who, whole));
        }
    }

    /// Whom the text of an author calls, of those who `spoke` before, each once, in the form that comes first in [`Form`]. Names of those who did
    /// not are no names yet.
    pub(super) fn calls(&self, text: &str, author: u32, spoke: impl Fn(u32) -> bool) -> Vec<Call> {
        let there = |who: u32| who == author || spoke(who);
        let known = |who: u32| who != author && spoke(who);
        let tokens: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let (mut found, mut at): (Vec<Call>, usize) = (vec![], 0);
        while at < tokens.len() {
            let most = self.words.min(tokens.len() - at).max(1);
            let hit = (1..=most).rev().find_map(|n| {
                let (owners, form) = self.hit(&tokens[at..at + n], at == 0, at + n == tokens.len(), &there)?;
                let here: Vec<u32> = self.best(owners, &known);
                (!here.is_empty()).then_some((here, form, n))
            });
            let Some((who, form, n)) = hit else {
                at += 1;
                continue;
            };
            for who in who {
                match found.iter_mut().find(|call| call.who == who) {
                    Some(call) => call.form = call.form.min(form),
                    None => found.push(Call { who, form }),
                }
            }
            at += n;
        }
        found
    }

    /// The owners of a name who are known; those of the whole name, where there are any.
    fn best(&self, owners: &[(u32, bool)], known: &impl Fn(u32) -> bool) -> Vec<u32> {
        let there: Vec<(u32, bool)> = owners.iter().copied().filter(|(who, _)| known(*who)).collect();
        let whole = there.iter().any(|(_, whole)| *whole);
        there.into_iter().filter(|(_, is_whole)| *is_whole == whole).map(|(who, _)| who).collect()
    }

    /// The owners of the name that these words are, and in which form they are called.
    fn hit(
        &self,
        words: &[String],
        first: bool,
        last: bool,
        there: &impl Fn(u32) -> bool,
    ) -> Option<(&[(u32, bool)], Form)> {
        let named = |name: &str| self.named(name, words.len(), there);
        let joined;
        let token = match words {
            [one] => one.as_str(),
            several => {
                joined = several.join(" ");
                joined.as_str()
            }
        };
        if let Some(name) = token.strip_prefix("<@") {
            let name = name.split(['>', '|']).next().unwrap_or(name);
            return Some((named(name.trim_start_matches(['!', '&']))?, Form::At));
        }
        // A name may begin with any sign, "@" among them.
        if let Some((owners, _)) = token.strip_prefix('@').and_then(|name| find(name, named)) {
            return Some((owners, Form::At));
        }
        let (owners, rest) = find(token, named)?;
        if first && rest.starts_with([':', ',', ';', '>']) {
            return Some((owners, Form::Opening));
        }
        let name = &token[..token.len() - rest.len()];
        let mut says_something = false;
        terms::each(name, |_| says_something = true);
        let plain = says_something
            && name.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST_PLAIN
            && name.chars().any(char::is_alphabetic);
        plain.then_some((owners, if first || last { Form::Edge } else { Form::Inside }))
    }

    /// The owners of a name of so many words, where one of them is there: the words beside it are not part of it.
    fn named(&self, name: &str, words: usize, there: &impl Fn(u32) -> bool) -> Option<&[(u32, bool)]> {
        let owners = self.owners.get(name)?;
        let is_there = owners.iter().any(|(who, _)| there(*who)) && name.split(' ').count() == words;
        is_there.then_some(owners)
    }
}

/// What is named by a token: as it is, or less signs at its end, or less signs at its start; and the signs at its end.
fn find<T>(token: &str, named: impl Fn(&str) -> Option<T>) -> Option<(T, &str)> {
    let is_sign = |c: &char| !c.is_alphanumeric();
    let mut core = token;
    loop {
        if let Some(owners) = named(core) {
            return Some((owners, &token[core.len()..]));
        }
        let Some(sign) = core.chars().next_back().filter(is_sign) else { break };
        core = &core[..core.len() - sign.len_utf8()];
    }
    let rest = &token[core.len()..];
    while let Some(sign) = core.chars().next().filter(is_sign) {
        core = &core[sign.len_utf8()..];
        if let Some(owners) = named(core) {
            return Some((owners, rest));
        }
    }
    None
}

/// A name less the number that Discord put behind it: `ana` of `ana#0042`.
fn without_number(name: &str) -> &str {
    match name.rsplit_once('#') {
        Some((name, number)) if !name.is_empty() && number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()) => {
            name
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::NONE;

    fn calls(names: &[&str], text: &str) -> Vec<(u32, Form)> {
        let mut index = Names::default();
        names.iter().enumerate().for_each(|(who, name)| index.add(who as u32, name));
        index.calls(text, NONE, |_| true).into_iter().map(|call| (call.who, call.form)).collect()
    }

    #[test]
    fn names_are_called_in_four_forms() {
        let names = ["ana", "Bo"];
        assert_eq!(calls(&names, "ana: yes"), [(0, Form::Opening)]);
        assert_eq!(calls(&names, "Ana, yes"), [(0, Form::Opening)]);
        assert_eq!(calls(&names, "ask @bo about it"), [(1, Form::At)]);
        assert_eq!(calls(&names, "<@bo> or <@!ana|Ana>?"), [(1, Form::At), (0, Form::At)]);
        assert_eq!(calls(&names, "thanks ana!"), [(0, Form::Edge)]);
        assert_eq!(calls(&names, "as (ana) said"), [(0, Form::Inside)]);
        assert_eq!(calls(&names, "as ana said, @ana"), [(0, Form::At)]);
        assert_eq!(calls(&names, "banana: no"), []);
    }

    #[test]
    fn short_names_and_common_words_need_a_mark() {
        let names = ["bo", "the", "42"];
        assert_eq!(calls(&names, "the bo has 42 ends"), []);
        assert_eq!(calls(&names, "the: bo has 42 ends"), [(1, Form::Opening)]);
        assert_eq!(calls(&names, "@bo and @42"), [(0, Form::At), (2, Form::At)]);
    }

    #[test]
    fn names_of_signs_and_of_other_scripts() {
        let names = ["[foo]", "a|b", "Жанна", "c++", "_x_^", "李雷"];
        assert_eq!(calls(&names, "[foo]: hi"), [(0, Form::Opening)]);
        assert_eq!(calls(&names, "foo: hi"), [(0, Form::Opening)]);
        assert_eq!(calls(&names, "a|b, hi"), [(1, Form::Opening)]);
        assert_eq!(calls(&names, "жанна: привет"), [(2, Form::Opening)]);
        assert_eq!(calls(&names, "@c++ works"), [(3, Form::At)]);
        assert_eq!(calls(&names, "_x_^: hi"), [(4, Form::Opening)]);
        assert_eq!(calls(&names, "@李雷 你好"), [(5, Form::At)]);
    }

    #[test]
    fn names_of_several_words_and_numbered_ones() {
        let names = ["Jane van Doe", "Jane", "ana#0042"];
        assert_eq!(calls(&names, "@Jane van Doe, see above"), [(0, Form::At)]);
        assert_eq!(calls(&names, "@Jane van says"), [(1, Form::At)]);
        assert_eq!(calls(&names, "@ana see"), [(2, Form::At)]);
    }

    #[test]
    fn the_whole_name_wins_over_what_is_left_of_another() {
        assert_eq!(calls(&["ana_", "ana"], "ana: hi"), [(1, Form::Opening)]);
        assert_eq!(calls(&["ana_", "ana"], "ana_: hi"), [(0, Form::Opening)]);
        let mut names = Names::default();
        ["ana_", "ana"].iter().enumerate().for_each(|(who, name)| names.add(who as u32, name));
        // Only those who are known can be meant.
        assert_eq!(names.calls("ana: hi", NONE, |who| who == 0), [Call { who: 0, form: Form::Opening }]);
    }

    #[test]
    fn who_comes_later_changes_nothing() {
        let (mut before, mut after) = (Names::default(), Names::default());
        for names in [&mut before, &mut after] {
            names.add(0, "ana");
            names.add(1, "bo");
        }
        ["ana_", "Jane Doe", "bo has"].iter().zip(2..).for_each(|(name, who)| after.add(who, name));
        for text in ["ana_: try sudo", "sudo mount it ana !", "bo has it", "<@ana> yes", "ana"] {
            let calls = |names: &Names| names.calls(text, 1, |who| who == 0);
            assert_eq!(calls(&before), calls(&after), "{text}");
        }
        // One's own name is one, though nobody calls it.
        assert_eq!(after.calls("ana_: hi", 2, |who| who < 2), []);
    }
}
