//! Who is behind which nick.
use std::collections::HashMap;

/// A nick as the log has it.
#[derive(Debug)]
struct Nick {
    /// In lower case.
    key: String,
    /// As it was written last.
    shown: String,
    /// How often it said something.
    said: u64,
}

/// Nicks, and the members that they stood for on their days.
#[derive(Debug, Default)]
pub(super) struct Names {
    codes: HashMap<String, u32>,
    nicks: Vec<Nick>,
    /// Who a nick is today.
    today: HashMap<u32, u32>,
    /// The nicks of each member of a day.
    members: Vec<Vec<u32>>,
}

impl Names {
    fn code(&mut self, nick: &str) -> u32 {
        let key = nick.to_lowercase();
        if let Some(code) = self.codes.get(&key) {
            return *code;
        }
        let code = self.nicks.len() as u32;
        self.nicks.push(Nick { key: key.clone(), shown: nick.to_owned(), said: 0 });
        self.codes.insert(key, code);
        code
    }

    fn who(&mut self, code: u32) -> u32 {
        let members = &mut self.members;
        *self.today.entry(code).or_insert_with(|| {
            members.push(vec![code]);
            members.len() as u32 - 1
        })
    }

    /// The member behind a nick that did something.
    pub fn meet(&mut self, nick: &str, says: bool) -> u32 {
        let code = self.code(nick);
        let entry = &mut self.nicks[code as usize];
        if entry.shown != nick {
            nick.clone_into(&mut entry.shown);
        }
        entry.said += u64::from(says);
        self.who(code)
    }

    /// The log says that a nick changed.
    pub fn rename(&mut self, old: &str, new: &str) {
        let (old, new) = (self.code(old), self.code(new));
        if old == new {
            return;
        }
        let who = self.who(old);
        let nicks = &mut self.members[who as usize];
        if !nicks.contains(&new) {
            nicks.push(new);
        }
        self.today.remove(&old);
        self.today.insert(new, who);
    }

    /// Somebody went: the nick is free again.
    pub fn gone(&mut self, nick: &str) {
        let code = self.code(nick);
        self.today.remove(&code);
    }

    /// A day ends.
    pub fn forget(&mut self) {
        self.today.clear();
    }

    /// The key of each member: of the nicks, the one that said most, of equals the first by the alphabet.
    pub fn keys(&self) -> Vec<&str> {
        let best = |nicks: &Vec<u32>| {
            let nicks = nicks.iter().map(|code| &self.nicks[*code as usize]);
            let best = nicks.max_by(|a, b| (a.said, &b.key).cmp(&(b.said, &a.key)));
            best.map_or("", |nick| nick.key.as_str())
        };
        self.members.iter().map(best).collect()
    }

    /// How a nick was written last.
    pub fn shown(&self, key: &str) -> &str {
        self.codes.get(key).map_or("", |code| &self.nicks[*code as usize].shown)
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn a_change_of_nick_holds_for_its_day() {
        let mut names = Names::default();
        let morning = names.meet("Ann_", true);
        names.rename("Ann_", "Ann");
        let noon = names.meet("ann", true);
        names.rename("ann", "ann|away");
        let night = names.meet("ann|away", true);
        assert_eq!((morning, noon), (noon, night));
        names.gone("ann|away");
        let other = names.meet("Ann|away", true);
        names.forget();
        let next = [names.meet("Ann_", true), names.meet("Ann", true), names.meet("Ann", true)];
        let keys = names.keys();
        // "ann" is used most in all, so it names the first day's member.
        assert_eq!(keys[morning as usize], "ann");
        assert_eq!(keys[other as usize], "ann|away");
        assert_eq!(next.map(|who| keys[who as usize]), ["ann_", "ann", "ann"]);
        assert_eq!(names.shown("ann"), "Ann");
    }
}
