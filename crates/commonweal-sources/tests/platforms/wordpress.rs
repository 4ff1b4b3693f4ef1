//! WordPress: an invented site.
use crate::support::{Export, pairs, rows, zip};

const SITE: &str = r#"<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Club</title><wp:wxr_version>1.2</wp:wxr_version>
<wp:author><wp:author_id>7</wp:author_id><wp:author_login><![CDATA[ann]]></wp:author_login><wp:author_email>ann@example.org</wp:author_email><wp:author_display_name><![CDATA[Ann & Co]]></wp:author_display_name></wp:author>
<item><title>Cake &amp; tea</title><dc:creator><![CDATA[ann]]></dc:creator><content:encoded><![CDATA[<p>Who bakes?</p>]]></content:encoded>
 <wp:post_id>3</wp:post_id><wp:post_date>2020-05-01 10:01:00</wp:post_date><wp:post_date_gmt>2020-05-01 08:01:00</wp:post_date_gmt><wp:status>publish</wp:status>
 <wp:post_type>post</wp:post_type><category domain="category" nicename="food"><![CDATA[Food]]></category><category domain="post_tag" nicename="x"><![CDATA[x]]></category>
 <wp:postmeta><wp:meta_key>wp:post_id</wp:meta_key><wp:meta_value>99</wp:meta_value></wp:postmeta>
 <wp:comment><wp:comment_id>20</wp:comment_id><wp:comment_author><![CDATA[Bo]]></wp:comment_author><wp:comment_author_email>Bo@example.org</wp:comment_author_email>
  <wp:comment_date>2020-05-01 11:00:00</wp:comment_date><wp:comment_date_gmt>2020-05-01 09:00:00</wp:comment_date_gmt><wp:comment_content><![CDATA[I do & so on]]></wp:comment_content>
  <wp:comment_approved>1</wp:comment_approved><wp:comment_type></wp:comment_type><wp:comment_parent>0</wp:comment_parent><wp:comment_user_id>0</wp:comment_user_id></wp:comment>
 <wp:comment><wp:comment_id>21</wp:comment_id><wp:comment_author>ann</wp:comment_author><wp:comment_author_email></wp:comment_author_email>
  <wp:comment_date>2020-05-01 12:00:00</wp:comment_date><wp:comment_date_gmt>0000-00-00 00:00:00</wp:comment_date_gmt><wp:comment_content>Thanks &#8211; all</wp:comment_content>
  <wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type><wp:comment_parent>20</wp:comment_parent><wp:comment_user_id>7</wp:comment_user_id></wp:comment>
 <wp:comment><wp:comment_id>22</wp:comment_id><wp:comment_author>A blog</wp:comment_author><wp:comment_date_gmt>2020-05-02 09:00:00</wp:comment_date_gmt>
  <wp:comment_content>[...] cake [...]</wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type>pingback</wp:comment_type></wp:comment>
 <wp:comment><wp:comment_id>23</wp:comment_id><wp:comment_approved>spam</wp:comment_approved></wp:comment>
 <wp:comment><wp:comment_id>24</wp:comment_id><wp:comment_approved>0</wp:comment_approved></wp:comment>
 <wp:comment><wp:comment_id>25</wp:comment_id><wp:comment_approved>1</wp:comment_approved><wp:comment_date_gmt>soon</wp:comment_date_gmt></wp:comment>
 <wp:comment><wp:comment_id>26</wp:comment_id><wp:comment_author>BO</wp:comment_author><wp:comment_author_email>bo@example.org</wp:comment_author_email>
  <wp:comment_date_gmt>2020-05-03 09:00:00</wp:comment_date_gmt><wp:comment_content>again</wp:comment_content><wp:comment_approved>1</wp:comment_approved></wp:comment>
</item>
<item><title>Draft</title><wp:post_id>4</wp:post_id><wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt><wp:status>draft</wp:status><wp:post_type>post</wp:post_type>
 <wp:comment><wp:comment_id>30</wp:comment_id></wp:comment></item>
<item><title>picture</title><wp:post_id>5</wp:post_id><wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type></item>
<item><title>again</title><wp:post_id>3</wp:post_id><wp:post_date_gmt>2020-05-01 08:01:00</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>page</wp:post_type></item>
</channel></rss>
"#;

#[test]
fn a_site() {
    let export = Export::new(&[("site.xml", SITE.as_bytes()), ("z/x.zip", &zip(&[("site.xml", SITE.as_bytes())]))]);
    for source in [export.read("site.xml"), export.read("z/x.zip")] {
        assert_eq!(source.platform, "wordpress");
        assert_eq!(
            rows(&source.events, &["time", "kind", "id", "thread", "parent", "channel", "text", "title"]),
            [
                "2020-05-01 08:01:00 | post | p3 | p3 | - | Food | Who bakes? | Cake & tea",
                "2020-05-01 09:00:00 | reply | c20 | p3 | p3 | Food | I do & so on | -",
                "2020-05-01 12:00:00 | reply | c21 | p3 | c20 | Food | Thanks – all | -",
                "2020-05-02 09:00:00 | share | c22 | p3 | p3 | Food | [...] cake [...] | -",
                "2020-05-03 09:00:00 | reply | c26 | p3 | p3 | Food | again | -",
            ]
        );
        let who = rows(&source.events, &["member"]);
        assert_eq!((who[0].as_str(), who[2].as_str(), who[3].as_str()), ("ann", "ann", "-"));
        assert!(who[1].starts_with("guest-") && who[1] == who[4], "{who:?}");
        assert_eq!(
            pairs(source.intake.refused()),
            [
                ("comment marked as spam", 1),
                ("comment on what is no published post", 1),
                ("comment that is not approved", 1),
                ("date cannot be read", 1),
                ("item that is no post: an attachment, a menu or of another type", 1),
                ("post that is not published", 1),
                ("post with an id seen before", 1),
            ]
        );
        let zone = "date without a zone: taken as UTC (the option `time_zone` names another)";
        assert_eq!(pairs(source.intake.notes()), [(zone, 1)]);
        assert_eq!(rows(source.members.as_ref().expect("authors"), &["name", "role"]), ["Ann & Co | staff", "Bo | -"]);
    }
    let source = export.read_with("site.xml", r#"{"time_zone": "Europe/Berlin"}"#);
    assert_eq!(rows(&source.events, &["time"])[2], "2020-05-01 10:00:00");
}

#[test]
fn letters_are_those_of_the_encoding_that_is_declared() {
    let site = SITE.replacen("UTF-8", "ISO-8859-1", 1);
    // Written so, and in UTF-8 all the same.
    for e in [&b"\xE9"[..], "é".as_bytes()] {
        let (before, after) = site.split_once("Who bakes?").expect("the post");
        let export = Export::new(&[("site.xml", &[before.as_bytes(), b"Caf", e, b"?", after.as_bytes()].concat())]);
        let source = export.read("site.xml");
        assert_eq!(rows(&source.events, &["text"])[0], "Café?");
        let zone = "date without a zone: taken as UTC (the option `time_zone` names another)";
        assert_eq!(pairs(source.intake.notes()), [(zone, 1)]);
    }
}

#[test]
fn faults() {
    let cut = Export::text(&[("site.xml", &SITE[..SITE.len() - 20])]);
    assert!(cut.fault("site.xml", "{}").contains("the file is cut off ("), "{}", cut.fault("site.xml", "{}"));
    let entities = SITE
        .replacen("<rss ", "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rss ", 1)
        .replace("Thanks", "&b;");
    let source = Export::text(&[("site.xml", &entities)]).read("");
    assert_eq!(rows(&source.events, &["text"])[2], "&b; – all");
    let bomb = [&SITE.as_bytes()[..600], &vec![b' '; 64 << 20]].concat();
    let packed = Export::new(&[("x.zip", &zip(&[("site.xml", &bomb)]))]);
    assert!(packed.fault("x.zip", "{}").starts_with("x.zip/site.xml: unpacks to more than "));
}
