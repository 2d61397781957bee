//! What the generator writes into a workspace, and what it refuses to touch.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use arsenal_gen::{Effect, GenError, Request, Role, gen_operation};

const ROOT_MANIFEST: &str =
    "[workspace]\nresolver = \"3\"\nmembers = [\"team\", \"bare\", \"still\"]\n";

/// A workspace with a team's crate and one that knows nothing of arsenal.
fn workspace(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    let package = |name: &str, dependencies: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}"
        )
    };
    let files = [
        ("Cargo.toml", ROOT_MANIFEST.to_owned()),
        ("team/Cargo.toml", package("team", "arsenal = \"0.1\"\n")),
        (
            "team/src/lib.rs",
            "//! The team's service.\n\npub mod billing;\npub mod ops;\n".to_owned(),
        ),
        ("team/src/billing.rs", "//! Billing.\n\npub mod refund;\n".to_owned()),
        ("team/src/billing/refund.rs", REFUND.to_owned()),
        ("team/src/full.rs", "//! Undeclared.\n\nfn body() {}\n".to_owned()),
        ("team/src/ops.rs", "//! Operations.\n".to_owned()),
        ("still/Cargo.toml", package("still", "arsenal-core = \"0.1\"\n")),
        ("still/src/main.rs", "//! Still.\n".to_owned()),
        ("bare/Cargo.toml", package("bare", "")),
        ("bare/src/lib.rs", "//! Bare.\n".to_owned()),
    ];
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

const REFUND: &str = "//! Refunds.\n\n/// Refunds.\n#[derive(Debug, Operation)]\n\
    #[operation(category = \"billing\", aliases = [\"pay_back\"])]\npub struct Refund {}\n";

/// Every file's text, to show that nothing changed.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(snapshot(&path)),
            false => _ = files.insert(path.clone(), fs::read_to_string(&path).unwrap()),
        }
    }
    files
}

fn request(root: &Path, category: &str, name: &str) -> Request {
    Request::new(root.join("team"), category, name)
}

/// The whole sentence, with its causes.
fn sentence(error: &GenError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}

#[test]
fn an_operation_gets_a_file_and_one_line() {
    let root = workspace("one_line");
    let before = snapshot(&root);

    let created = gen_operation(&request(&root, "billing", "charge_card")).unwrap();

    assert_eq!(created.created, [Path::new("team/src/billing/charge_card.rs")]);
    assert_eq!(created.changed, [Path::new("team/src/billing.rs")]);
    let module = fs::read_to_string(root.join("team/src/billing.rs")).unwrap();
    assert_eq!(module, "//! Billing.\n\npub mod charge_card;\npub mod refund;\n");
    assert_eq!(snapshot(&root).len(), before.len() + 1);
    let shown = created.to_string();
    assert!(shown.contains("cargo test -p team charge_card"), "{shown}");
    assert!(shown.contains("arsenal::link!(team)"), "{shown}");
}

#[test]
fn a_new_category_gets_its_module() {
    let root = workspace("new_category");

    let created = gen_operation(&request(&root, "audits", "list_audits")).unwrap();

    let expected = ["team/src/audits/list_audits.rs", "team/src/audits.rs"].map(PathBuf::from);
    assert_eq!(created.created, expected);
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    assert_eq!(
        read("team/src/lib.rs"),
        "//! The team's service.\n\npub mod audits;\npub mod billing;\npub mod ops;\n"
    );
    assert!(read("team/src/audits.rs").ends_with("\n\npub mod list_audits;\n"));
}

#[test]
fn the_folder_of_the_categories_may_be_given() {
    for (name, path) in [("relative", "src/ops"), ("dotted", "../bare/../team/src/ops")] {
        let root = workspace(&format!("path_{name}"));
        let mut request = request(&root, "cards", "block_card");
        request.path = Some(path.into());
        gen_operation(&request).unwrap();
        assert!(root.join("team/src/ops/cards/block_card.rs").is_file(), "{name}");
        let module = fs::read_to_string(root.join("team/src/ops.rs")).unwrap();
        assert_eq!(module, "//! Operations.\n\npub mod cards;\n", "{name}");
    }
}

#[test]
fn the_declaration_says_what_was_asked() {
    let root = workspace("declaration");
    let mut request = request(&root, "billing", "get_2d_code");
    request.params = vec!["user_id:u64".into(), "label:string=a \"b\"".into(), "x:bool?".into()];
    request.role = Role::Viewer;
    request.effect = Effect::Read;
    gen_operation(&request).unwrap();
    let text = fs::read_to_string(root.join("team/src/billing/get_2d_code.rs")).unwrap();
    let expected = [
        "use arsenal::{",
        "name = \"get_2d_code\"",
        "category = \"billing\"",
        "role = viewer",
        "effect = read",
        "    /// The user id.\n    pub user_id: u64,\n",
        "    #[param(default = \"a \\\"b\\\"\")]\n    pub label: String,\n",
        "    pub x: Option<bool>,\n",
        "#[cfg(test)]",
    ];
    for part in expected {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn a_refusal_changes_nothing_and_says_what_to_do() {
    type Change = fn(&mut Request);
    let cases: [(&str, Change, &str); 27] = [
        ("name", |r| r.name = "Charge".into(), "must start with a letter"),
        ("long name", |r| r.name = "a".repeat(49), "at most 48"),
        ("keyword", |r| r.name = "move".into(), "`list_move`"),
        ("prelude", |r| r.name = "string".into(), "would hide another"),
        ("import of the test", |r| r.name = "builder".into(), "would hide another"),
        ("another", |r| r.name = "call".into(), "would hide another"),
        ("a third", |r| r.name = "caller".into(), "would hide another"),
        ("a fourth", |r| r.name = "class".into(), "would hide another"),
        ("category", |r| r.category = "../etc".into(), "must start with a letter"),
        ("reserved", |r| r.category = "serve".into(), "reserved"),
        ("param", |r| r.params = vec!["a".into()], "name:type"),
        ("type", |r| r.params = vec!["a:u31".into()], "use one of string"),
        ("default", |r| r.params = vec!["a:u8=300".into()], "whole number within"),
        ("taken file", |r| r.name = "refund".into(), "exists: choose another"),
        ("taken name", |r| (r.category, r.name) = ("x".into(), "refund".into()), "refund.rs:6"),
        ("alias", |r| r.name = "pay_back".into(), "taken by team/src/billing/refund.rs:6"),
        ("linked", |r| r.taken = vec!["charge".into()], "that this program links"),
        ("no anchor", |r| r.category = "full".into(), "write `pub mod charge;`"),
        ("outside", |r| r.path = Some("../..".into()), "lies outside the workspace"),
        ("absolute", |r| r.path = Some("/".into()), "lies outside the workspace"),
        ("no module", |r| r.path = Some("src/nowhere".into()), "is no module: write"),
        ("not source", |r| r.path = Some("docs".into()), "give one inside"),
        ("no package", |r| r.package = Some("tame".into()), "it has bare, still, team"),
        ("bare", |r| r.package = Some("bare".into()), "cargo add arsenal -p bare"),
        ("no tokio", |r| r.package = Some("still".into()), "cargo add --dev tokio"),
        (
            "other package",
            |r| (r.package, r.path) = (Some("bare".into()), Some("src".into())),
            "leave --path or --crate out",
        ),
        ("which", |r| _ = r.dir.pop(), "which package? name it with --crate"),
    ];
    let root = workspace("refusals");
    let before = snapshot(&root);
    for (case, change, expected) in cases {
        let mut request = request(&root, "billing", "charge");
        change(&mut request);
        let refusal = sentence(&gen_operation(&request).unwrap_err());
        assert!(refusal.contains(expected), "{case}: {refusal}");
        assert_eq!(snapshot(&root), before, "{case}");
    }
}

#[test]
fn a_file_changes_by_its_new_line_and_by_nothing_else() {
    for (name, before, after) in [
        (
            "crlf",
            "//! B.\r\n\r\npub mod refund;\r\n",
            "//! B.\r\n\r\npub mod charge;\r\npub mod refund;\r\n",
        ),
        (
            "no_last_newline",
            "//! B.\n\npub mod refund;",
            "//! B.\n\npub mod charge;\npub mod refund;",
        ),
        (
            "declared",
            "//! B.\n\npub mod charge;\npub mod refund;",
            "//! B.\n\npub mod charge;\npub mod refund;",
        ),
    ] {
        let root = workspace(&format!("ends_{name}"));
        let file = root.join("team/src/billing.rs");
        fs::write(&file, before).unwrap();
        let created = gen_operation(&request(&root, "billing", "charge")).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), after, "{name}");
        let expected: &[&str] = if before == after { &[] } else { &["team/src/billing.rs"] };
        assert_eq!(created.changed, expected.iter().map(PathBuf::from).collect::<Vec<_>>());
    }
}

#[test]
fn a_crate_on_core_is_not_told_of_commands_that_it_may_not_have() {
    let root = workspace("core_steps");
    let manifest = root.join("still/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap() + "tokio = \"1\"\n";
    fs::write(&manifest, text).unwrap();
    let mut request = request(&root, "billing", "charge");
    request.package = Some("still".into());
    let created = gen_operation(&request).unwrap();
    assert!(!created.to_string().contains("xtask"), "{created}");
}

#[test]
fn a_refusal_and_a_failure_are_told_apart() {
    let root = workspace("failures");
    let refused = gen_operation(&request(&root, "billing", "Charge")).unwrap_err();
    assert!(!refused.is_failure(), "{refused}");
    // Where a folder should be there is a file: nothing can be written below it.
    fs::write(root.join("team/src/audits"), "").unwrap();
    let failed = gen_operation(&request(&root, "audits", "list_audits")).unwrap_err();
    assert!(failed.is_failure(), "{}", sentence(&failed));
    let gone = gen_operation(&request(&root.join("nowhere"), "audits", "list_audits")).unwrap_err();
    assert!(gone.is_failure(), "{}", sentence(&gone));
}

#[cfg(unix)]
#[test]
fn a_category_whose_folder_or_file_is_a_link_out_of_the_workspace_is_refused() {
    use std::os::unix::fs::symlink;
    let root = workspace("category_links");
    let outside = workspace("category_links_outside");
    symlink(outside.join("team/src"), root.join("team/src/audits")).unwrap();
    symlink(outside.join("team/src/ops.rs"), root.join("team/src/cards.rs")).unwrap();
    let before = (snapshot(&outside), fs::read_to_string(root.join("team/src/lib.rs")).unwrap());
    for category in ["audits", "cards"] {
        let refusal = sentence(&gen_operation(&request(&root, category, "charge")).unwrap_err());
        assert!(refusal.contains("lies outside the workspace"), "{category}: {refusal}");
    }
    let after = (snapshot(&outside), fs::read_to_string(root.join("team/src/lib.rs")).unwrap());
    assert_eq!(after, before);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_workspace_is_refused() {
    let root = workspace("links");
    let outside = workspace("links_outside");
    std::os::unix::fs::symlink(outside.join("team/src/ops"), root.join("team/src/out")).unwrap();
    fs::create_dir_all(outside.join("team/src/ops")).unwrap();
    let mut request = request(&root, "billing", "charge");
    request.path = Some("src/out".into());
    let refusal = sentence(&gen_operation(&request).unwrap_err());
    assert!(refusal.contains("lies outside the workspace"), "{refusal}");
}
