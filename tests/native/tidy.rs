//! The style of the Rust sources: purity of the domain, length of files, functions and lines.

use std::fs;
use std::path::{Path, PathBuf};

/// Maximum number of lines of a file, with its unit tests.
const FILE_LINES_MAX: usize = 500;

/// Maximum number of lines of a function.
const FUNCTION_LINES_MAX: usize = 70;

/// Maximum number of characters of a line.
const LINE_CHARS_MAX: usize = 100;

/// The folders with Rust sources.
const FOLDERS: [&str; 4] = ["crates/domain/src", "crates/storage/src", "src", "tests/native"];

/// Words that the domain must not contain, each with the reason or the alternative.
const BARRED_IN_DOMAIN: [(&str, &str); 6] = [
    ("async ", "the domain never waits"),
    (".await", "the domain never waits"),
    ("::now()", "the time is passed in"),
    ("println!", "the domain writes no log"),
    ("std::env", "the Worker reads the variables; `config` checks them"),
    ("std::fs", "the domain touches no file"),
];

/// Words that no source file may contain, each with the alternative.
const BARRED_EVERYWHERE: [(&str, &str); 6] = [
    ("todo!", "finish it, or say in an issue what is missing"),
    ("unimplemented!", "finish it, or say in an issue what is missing"),
    ("dbg!", "use the log"),
    ("TODO", "finish it, or say in an issue what is missing"),
    ("FIXME", "fix it"),
    ("#[ignore", "fix or delete the test"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Checks every file of a folder, then fails with all complaints.
fn check(folder: &str, complain: impl Fn(&Path, &str) -> Vec<String>) {
    let files = rust_files(&root().join(folder));
    assert!(!files.is_empty(), "{folder} has no files");
    let mut complaints = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let found = complain(&path, &text);
        complaints.extend(found.into_iter().map(|complaint| format!("{name}: {complaint}")));
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Returns the part of a file before its unit tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn the_domain_is_pure() {
    check("crates/domain/src", |_, text| {
        let lines = without_tests(text).lines().enumerate();
        let code = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
        code.flat_map(|(index, line)| {
            let hits = BARRED_IN_DOMAIN.iter().filter(|(word, _)| line.contains(word));
            hits.map(move |(word, instead)| format!("line {}: `{word}`: {instead}", index + 1))
        })
        .collect()
    });
}

#[test]
fn the_worker_decides_nothing_about_a_delivery() {
    check("src", |_, text| {
        let words = ["verdict::judge", "State::Leased", "State::Scheduled", "delivery::schedule"];
        let hits = words.iter().filter(|word| without_tests(text).contains(**word));
        hits.map(|word| format!("`{word}` belongs to the domain")).collect()
    });
}

#[test]
fn every_file_opens_with_a_doc_comment() {
    for folder in FOLDERS {
        check(folder, |_, text| {
            let first = text.lines().next().unwrap_or_default();
            if first.starts_with("//! ") { Vec::new() } else { vec!["opens without `//!`".into()] }
        });
    }
}

#[test]
fn nothing_is_too_long() {
    for folder in FOLDERS {
        check(folder, |_, text| complain_of_length(text));
    }
}

fn complain_of_length(text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() > FILE_LINES_MAX {
        complaints.push(format!("{} lines; split it", lines.len()));
    }
    for (index, line) in lines.iter().enumerate() {
        if line.chars().count() > LINE_CHARS_MAX {
            complaints.push(format!("line {} is too long", index + 1));
        }
    }
    complaints.extend(long_functions(&lines));
    complaints
}

/// Finds functions that are too long. A function ends at the closing brace with the indentation of
/// its `fn`. A declaration has no body.
fn long_functions(lines: &[&str]) -> Vec<String> {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let starts = lines.iter().enumerate().filter(|(_, line)| {
        let code = line.trim_start();
        !code.ends_with(';')
            && [
                "fn ",
                "pub fn ",
                "pub(crate) fn ",
                "pub(super) fn ",
                "async fn ",
                "pub(crate) async fn ",
            ]
            .iter()
            .any(|start| code.starts_with(start))
    });
    let length = |(start, line): (usize, &&str)| {
        let end = format!("{}}}", " ".repeat(indentation(line)));
        let length = lines[start..].iter().position(|line| *line == end)? + 1;
        (length > FUNCTION_LINES_MAX)
            .then(|| format!("line {}: a function of {length} lines", start + 1))
    };
    starts.filter_map(length).collect()
}

#[test]
fn nothing_is_left_unfinished() {
    for folder in FOLDERS {
        check(folder, |path, text| {
            if path.ends_with("tidy.rs") {
                return Vec::new();
            }
            let hits = BARRED_EVERYWHERE.iter().filter(|(word, _)| text.contains(word));
            hits.map(|(word, instead)| format!("`{word}`: {instead}")).collect()
        });
    }
}
