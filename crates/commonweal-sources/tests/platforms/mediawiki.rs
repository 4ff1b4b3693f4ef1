//! MediaWiki: an invented dump.
use crate::support::{Export, pairs, rows};

const DUMP: &str = r#"<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
  <siteinfo><sitename>Club</sitename><namespaces><namespace key="0" case="first-letter" /><namespace key="1" case="first-letter">Diskussion</namespace>
    <namespace key="2" case="first-letter">Benutzer</namespace></namespaces></siteinfo>
  <page><title>Cake</title><ns>0</ns><id>1</id>
    <revision><id>10</id><timestamp>2020-05-01T10:00:00Z</timestamp><contributor><username>Ann</username><id>5</id></contributor><comment>begun</comment>
      <text bytes="9" xml:space="preserve">Cake is. </text></revision>
    <revision><id>11</id><parentid>10</parentid><timestamp>2020-05-01T11:00:00Z</timestamp><contributor><ip>192.0.2.7</ip></contributor><minor />
      <text bytes="9" /></revision>
    <revision><id>11</id><timestamp>2020-05-01T11:00:00Z</timestamp><contributor><username>Ann</username></contributor><text /></revision>
    <revision><id>12</id><timestamp>0000-00-00T00:00:00Z</timestamp><contributor deleted="deleted" /><text /></revision>
    <revision><id>13</id><timestamp>2020-05-01T12:00:00Z</timestamp><contributor deleted="deleted" /><text deleted="deleted" /></revision>
    <revision><id>14</id><timestamp>2020-05-01T13:00:00Z</timestamp><contributor><username>TidyBot</username><id>6</id></contributor><text /></revision>
  </page>
  <page><title>Diskussion:Cake</title><ns>1</ns><id>2</id>
    <revision><id>20</id><timestamp>2020-05-02T10:00:00Z</timestamp><contributor><username>Ann</username><id>5</id></contributor>
      <text xml:space="preserve">old words [[User:Zed]] 01:00, 1 May 2020 (UTC)</text></revision>
    <revision><id>21</id><timestamp>2020-05-02T11:00:00Z</timestamp><contributor><username>Bo</username><id>7</id></contributor>
      <text xml:space="preserve">== Sugar? ==
How much &amp; why? [[Benutzer:ann|Ann]] 10:00, 2 May 2020 (UTC)
: A cup. [[User:Bo]] 11:00, 2 May 2020 (UTC)
:: Two! [[Special:Contributions/192.0.2.7|192.0.2.7]] 11:30, 2 May 2020 (UTC)
: Two! [[Special:Contributions/192.0.2.7|192.0.2.7]] 11:30, 2 May 2020 (UTC)
Thanks. [[User:Ann]] 12:00, 2 May 2020 (CEST)
== Sugar? ==
Again. [[User:Bo]] 13:00, 3 May 2020 (UTC)</text></revision>
  </page>
  <page><title>Diskussion:Tea</title><ns>1</ns><id>3</id>
    <revision><id>30</id><timestamp>2020-05-04T10:00:00Z</timestamp><contributor><username>Ann</username><id>5</id></contributor><text>no signature</text></revision>
  </page>
  <logitem><id>1</id><timestamp>2020-04-01T10:00:00Z</timestamp><contributor><username>Cy</username><id>8</id></contributor><type>newusers</type><action>create</action><logtitle>Benutzer:Cy</logtitle></logitem>
  <logitem><id>2</id><timestamp>2020-04-02T10:00:00Z</timestamp><contributor><username>Cy</username></contributor><type>thanks</type><action>thank</action><logtitle>Benutzer:Bo</logtitle></logitem>
  <logitem><id>3</id><timestamp>2020-04-03T10:00:00Z</timestamp><contributor><username>Bo</username></contributor><type>block</type><action>block</action><logtitle>Benutzer:Cy</logtitle></logitem>
  <logitem><id>4</id><timestamp>2020-04-03T10:00:00Z</timestamp><contributor><username>Bo</username></contributor><type>move</type><action>move</action></logitem>
</mediawiki>"#;

#[test]
fn pages_talk_and_logs() {
    let source = Export::text(&[("club.xml", DUMP)]).read("");
    assert_eq!(source.platform, "mediawiki");
    let ip = "ip-".to_owned() + &rows(source.members.as_ref().expect("people"), &["member"])[1][3..];
    assert_eq!(ip.len(), 19, "{ip}");
    let shown =
        rows(&source.events, &["time", "member", "kind", "thread", "channel", "text", "action", "title", "target"]);
    let shown: Vec<String> = shown.iter().map(|row| row.replace(&ip, "ip")).collect();
    assert_eq!(
        shown,
        [
            "2020-05-01 10:00:00 | Ann | edit | - | main | - | - | Cake | -",
            "2020-05-01 11:00:00 | ip | edit | - | main | - | minor | Cake | -",
            "2020-05-01 12:00:00 | - | edit | - | main | - | - | Cake | -",
            "2020-05-01 13:00:00 | TidyBot | edit | - | main | - | - | Cake | -",
            "2020-05-02 10:00:00 | Ann | post | Diskussion:Cake#Sugar? | Diskussion | How much & why? | - | Sugar? | -",
            "2020-05-02 11:00:00 | Bo | reply | Diskussion:Cake#Sugar? | Diskussion | A cup. | - | - | -",
            "2020-05-02 11:30:00 | ip | reply | Diskussion:Cake#Sugar? | Diskussion | Two! | - | - | -",
            "2020-05-02 12:00:00 | Ann | reply | Diskussion:Cake#Sugar? | Diskussion | Thanks. | - | - | -",
            "2020-05-03 13:00:00 | Bo | post | Diskussion:Cake#Sugar? (2) | Diskussion | Again. | - | Sugar? | -",
            "2020-05-04 10:00:00 | Ann | edit | - | Diskussion | - | - | Diskussion:Tea | -",
            "2020-04-01 10:00:00 | Cy | join | - | - | - | newusers/create | - | -",
            "2020-04-02 10:00:00 | Cy | reaction | - | - | - | thanks/thank | - | Bo",
            "2020-04-03 10:00:00 | Bo | moderate | - | - | - | block/block | Benutzer:Cy | -",
        ]
    );
    // Two! answers A cup., and Thanks. the question.
    let links = rows(&source.events, &["id", "parent"]);
    let id = |row: usize| links[row].split(" | ").next().expect("an id").to_owned();
    assert!(links[6].ends_with(&id(5)) && links[7].ends_with(&id(4)) && links[5].ends_with(&id(4)));
    assert_eq!(
        pairs(source.intake.refused()),
        [
            ("comment met twice: of the same author, time and text, moved or copied", 1),
            ("log entry of the type \"move\": no act of the event table", 1),
            ("revision of a talk page: what is said on it are rows of their own", 2),
            ("revision with an id seen before", 1),
            ("timestamp cannot be read", 1),
        ]
    );
    assert_eq!(
        pairs(source.intake.notes()),
        [
            ("revision of which the contributor is hidden or unknown", 1),
            ("signature in a zone of the wiki's own: taken as UTC (the option `time_zone` names another)", 1),
            ("talk page without a signature that is understood: its revisions are edits", 1),
        ]
    );
    let numbers = rows(source.members.as_ref().expect("people"), &["member", "account_id"]);
    assert!(numbers.contains(&"Ann | 5".to_owned()) && numbers.contains(&"Bo | 7".to_owned()), "{numbers:?}");
    let members = rows(source.members.as_ref().expect("people"), &["member", "role"]);
    assert_eq!(members.iter().filter(|row| row.ends_with("bot")).collect::<Vec<_>>(), ["TidyBot | bot"]);
    let zoned = Export::text(&[("club.xml", DUMP)]).read_with("club.xml", r#"{"time_zone": "Europe/Berlin"}"#);
    assert_eq!(rows(&zoned.events, &["time"])[7], "2020-05-02 10:00:00");
}

#[test]
fn what_is_cut_off_and_bombs() {
    let export = Export::text(&[("club.xml", &DUMP[..2_000])]);
    let fault = export.fault("club.xml", "{}");
    assert!(fault.contains("the file is cut off"), "{fault}");
    let bomb = format!(
        "<!DOCTYPE mediawiki [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>{}",
        DUMP.replace("begun", "&b;").replace("How much", "&b; How much")
    );
    let source = Export::text(&[("club.xml", &bomb)]).read("club.xml");
    assert!(rows(&source.events, &["text"])[4].starts_with("&b; How much"));
}
