//! What holds the files of an export: archives, packed files, patterns.
use crate::support::samples::{BOMB_XZ, JUNE, MAY, POSTS, TABLE_XZ};
use crate::support::{Export, gzip, rows, tar, zip, zstd};

const TABLE: &str = "time,member,kind\n2021-07-01T12:00:00Z,a,post\n";

#[test]
fn archives_hold_what_the_folder_holds() {
    let folder = Export::text(&[("club/2020-May.txt", MAY), ("club/2020-June.txt", JUNE)]);
    let ids = |source: &commonweal_sources::Source| {
        let mut ids = rows(&source.events, &["id", "thread", "kind", "channel"]);
        ids.sort();
        ids
    };
    let expected = ids(&folder.read(""));
    let june = gzip(JUNE.as_bytes());
    let files: [(&str, char, &[u8]); 5] = [
        ("club/", '5', b""),
        ("club/2020-May.txt", '0', MAY.as_bytes()),
        ("club/link.txt", '2', b""),
        ("./club/2020-June.txt.gz", '0', &june),
        ("__MACOSX/club/._2020-May.txt", '0', b"junk"),
    ];
    let plain = tar(&files);
    let zipped = zip(&[("club/2020-May.txt", MAY.as_bytes()), ("club/2020-June.txt.zst", &zstd(JUNE.as_bytes()))]);
    let export = Export::new(&[
        ("a.tar", &plain),
        ("b.tar.gz", &gzip(&plain)),
        ("c.tar.zst", &zstd(&plain)),
        ("d.zip", &zipped),
        // Some archives lack the empty blocks at their end.
        ("e.tar", &plain[..plain.len() - 1024]),
    ]);
    for name in ["a.tar", "b.tar.gz", "c.tar.zst", "d.zip", "e.tar"] {
        assert_eq!(ids(&export.read(name)), expected, "{name}");
    }
}

#[test]
fn long_names_in_tar_archives() {
    let long = format!("{}/Posts.xml", "folder".repeat(20));
    let record = |key: &str, value: &str| {
        let rest = format!(" {key}={value}\n");
        let length = (rest.len() + 3..).find(|length| length.to_string().len() + rest.len() == *length);
        format!("{}{rest}", length.expect("it ends"))
    };
    let pax = record("path", &long);
    let gnu = tar(&[("././@LongLink", 'L', format!("{long}\0").as_bytes()), ("cut", '0', POSTS.as_bytes())]);
    let pax =
        tar(&[("pax_global", 'g', b"13 comment=x\n"), ("x", 'x', pax.as_bytes()), ("cut", '0', POSTS.as_bytes())]);
    let export = Export::new(&[("gnu.tar", &gnu), ("pax.tgz", &gzip(&pax))]);
    for name in ["gnu.tar", "pax.tgz"] {
        assert_eq!(export.read(name).events.height(), 4, "{name}");
    }
}

#[test]
fn packed_files() {
    let export = Export::new(&[
        ("a.csv.gz", &gzip(TABLE.as_bytes())),
        ("b.csv.xz", TABLE_XZ),
        ("c.csv.zst", &zstd(TABLE.as_bytes())),
        ("d", TABLE_XZ),
        ("e/Posts.xml.zst", &zstd(POSTS.as_bytes())),
    ]);
    for name in ["a.csv.gz", "b.csv.xz", "c.csv.zst", "d"] {
        assert_eq!(rows(&export.read(name).events, &["member", "kind"]), ["a | post"], "{name}");
    }
    assert_eq!(export.read("e").events.height(), 4);
}

#[test]
fn patterns() {
    let other = TABLE.replace(",a,", ",b,");
    let export = Export::text(&[
        ("logs/2021-01.csv", TABLE),
        ("logs/2021-02.csv", &other),
        ("logs/2020-01.csv", "no table"),
        ("logs/deep/2021-03.csv", TABLE),
        ("[odd].csv", TABLE),
    ]);
    assert_eq!(rows(&export.read("logs/2021-*.csv").events, &["member"]), ["a", "b"]);
    assert_eq!(export.read("logs/**/2021-0[13].csv").events.height(), 2);
    // A file that has such a name is meant itself.
    assert_eq!(export.read("[odd].csv").events.height(), 1);
    assert_eq!(export.fault("logs/2022-*.csv", "{}"), "logs/2022-*.csv: no such file or folder; check the path");
}

#[test]
fn hostile_tar_archives() {
    let fault = |name: &str, content: &[u8]| Export::new(&[(name, content)]).fault(name, "{}");
    for name in ["../x.csv", "/etc/x.csv", "a/..\\x.csv", "C:/x.csv"] {
        let shown = name.replace('\\', "/");
        assert_eq!(
            fault("x.tar", &tar(&[(name, '0', TABLE.as_bytes())])),
            format!(
                "x.tar: holds the unsafe name {shown:?}; such an archive is not read, pack it again with relative names"
            )
        );
    }
    let archive = tar(&[("a.csv", '0', TABLE.repeat(100).as_bytes()), ("b.csv", '0', TABLE.as_bytes())]);
    assert_eq!(
        fault("x.tar", &archive[..2_000]),
        "x.tar: the file is cut off (the tar archive ends too early); fetch or export it again"
    );
    let packed = gzip(&archive);
    assert!(fault("x.tar.gz", &packed[..packed.len() - 20]).starts_with("x.tar.gz: the file is cut off ("));
    let mut broken = archive.clone();
    let second = 512 + (TABLE.len() * 100).next_multiple_of(512);
    broken[second + 2] ^= 1;
    assert_eq!(
        fault("x.tar", &broken),
        "x.tar: not valid tar (a header's checksum does not hold); export it again, or mend that place"
    );
    let mut endless = tar(&[("././@LongLink", 'L', b"x"), ("a.csv", '0', TABLE.as_bytes())]);
    endless[124..135].copy_from_slice(b"77777777777");
    assert!(fault("x.tar", &endless).starts_with("x.tar: not valid tar (a header's checksum does not hold)"));
    let none = tar(&[("a/", '5', b""), ("a/b", '2', b"")]);
    assert!(fault("x.tar", &none).starts_with("x.tar: no export in this folder or archive"));
}

#[test]
fn hostile_packed_files() {
    let fault = |name: &str, content: &[u8]| Export::new(&[(name, content)]).fault(name, "{}");
    let bomb = [TABLE.as_bytes(), &vec![b'x'; 64 << 20]].concat();
    let archive = gzip(&tar(&[("x.csv", '0', &bomb)]));
    for (name, packed) in [("x.csv.zst", zstd(&bomb)), ("x.csv.xz", BOMB_XZ.to_vec()), ("x.tar.gz", archive)] {
        let limit = packed.len() * 250 + (1 << 20);
        let told = format!("{name}: unpacks to more than {limit} bytes from {}; ", packed.len());
        assert!(fault(name, &packed).starts_with(&told), "{}", fault(name, &packed));
    }
    let packed = zstd(TABLE.repeat(1000).as_bytes());
    assert_eq!(
        fault("x.csv.zst", &packed[..packed.len() / 2]),
        "x.csv.zst: the file is cut off (its packed content ends too early); fetch or export it again"
    );
    assert!(fault("x.csv.xz", &TABLE_XZ[..TABLE_XZ.len() / 2]).starts_with("x.csv.xz: the file is cut off ("));
    let mut spoilt = TABLE_XZ.to_vec();
    spoilt[40] ^= 0xFF;
    let told = fault("x.csv.xz", &spoilt);
    assert!(
        told.starts_with("x.csv.xz: not valid xz (") || told.starts_with("x.csv.xz: the file is cut off ("),
        "{told}"
    );
}
