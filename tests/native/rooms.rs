//! The order of rooms and files: in every crate, each file depends only on files above it.
//!
//! The order is that of the `mod` lines, so it is also the order to read the files in. A dependency
//! is a path into another file (`use`, type, expression), or a call of a method on `self` that
//! another file of the crate implements.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// The source folder of each crate.
const CRATES: [&str; 3] = ["crates/domain/src", "crates/storage/src", "src"];

/// One source file.
struct File {
    /// The module path, from the root of the crate.
    module: Vec<String>,
    path: PathBuf,
    /// Whether it has `mod` lines for other files.
    has_children: bool,
    syntax: syn::File,
}

/// Returns the files of a crate in the order of their `mod` lines. A folder's `mod.rs` comes before
/// its files.
fn files(root: &Path) -> Vec<File> {
    let mut files = Vec::new();
    collect(&root.join("lib.rs"), root, &[], &mut files);
    files
}

fn collect(path: &Path, folder: &Path, module: &[String], files: &mut Vec<File>) {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let syntax = syn::parse_file(&text).unwrap();
    let children: Vec<String> = syntax
        .items
        .iter()
        .filter_map(|item| {
            let syn::Item::Mod(child) = item else { return None };
            child.content.is_none().then(|| child.ident.to_string())
        })
        .collect();
    files.push(File {
        module: module.to_vec(),
        path: path.to_owned(),
        has_children: !children.is_empty(),
        syntax,
    });
    for child in children {
        let module = [module, std::slice::from_ref(&child)].concat();
        let nested = folder.join(&child).join("mod.rs");
        if nested.exists() {
            collect(&nested, &folder.join(&child), &module, files);
        } else {
            collect(&folder.join(format!("{child}.rs")), folder, &module, files);
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// The paths that a file names, and the methods that it calls on `self`, outside its tests.
#[derive(Default)]
struct Names {
    paths: BTreeSet<Vec<String>>,
    methods: BTreeSet<(String, String)>,
    /// The type whose `impl` is being read.
    of: String,
}

impl Names {
    /// Adds the paths of a `use`.
    fn tree(&mut self, start: &[String], tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => {
                let start = [start, &[path.ident.to_string()]].concat();
                self.tree(&start, &path.tree);
            }
            syn::UseTree::Name(name) if name.ident == "self" => {
                self.paths.insert(start.to_vec());
            }
            syn::UseTree::Name(name) => {
                self.paths.insert([start, &[name.ident.to_string()]].concat());
            }
            syn::UseTree::Rename(name) => {
                self.paths.insert([start, &[name.ident.to_string()]].concat());
            }
            syn::UseTree::Glob(_) => {
                self.paths.insert(start.to_vec());
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(start, tree);
                }
            }
        }
    }
}

impl<'a> Visit<'a> for Names {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if !is_test(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        let segments = path.segments.iter().map(|segment| segment.ident.to_string());
        self.paths.insert(segments.collect());
        syn::visit::visit_path(self, path);
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        self.of = type_name(&item.self_ty);
        syn::visit::visit_item_impl(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let is_self =
            matches!(&*call.receiver, syn::Expr::Path(path) if path.path.is_ident("self"));
        if is_self {
            self.methods.insert((self.of.clone(), call.method.to_string()));
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

fn type_name(of: &syn::Type) -> String {
    let syn::Type::Path(path) = of else { return String::new() };
    path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
}

/// Returns the methods that the file's inherent impls define, with their types.
fn defined(file: &File) -> Vec<(String, String)> {
    let mut methods = Vec::new();
    for item in &file.syntax.items {
        let syn::Item::Impl(block) = item else { continue };
        if block.trait_.is_some() || is_test(&block.attrs) {
            continue;
        }
        for item in &block.items {
            if let syn::ImplItem::Fn(function) = item {
                methods.push((type_name(&block.self_ty), function.sig.ident.to_string()));
            }
        }
    }
    methods
}

/// Returns the module of `modules` that a path in `module` leads into.
fn target<'a>(
    module: &[String],
    path: &[String],
    modules: &'a BTreeMap<Vec<String>, usize>,
) -> Option<(&'a Vec<String>, usize)> {
    let (mut from, mut rest) = match path.first()?.as_str() {
        "crate" => (Vec::new(), &path[1..]),
        "self" => (module.to_vec(), &path[1..]),
        "super" => (module[..module.len().saturating_sub(1)].to_vec(), &path[1..]),
        _ => return None,
    };
    while rest.first().is_some_and(|segment| segment == "super") {
        from.pop();
        rest = &rest[1..];
    }
    for segment in rest {
        from.push(segment.clone());
        if !modules.contains_key(&from) {
            from.pop();
            break;
        }
    }
    modules.get_key_value(&from).map(|(module, index)| (module, *index))
}

/// Returns the dependencies of one crate that violate the order.
fn complaints(files: &[File]) -> Vec<String> {
    let modules: BTreeMap<Vec<String>, usize> =
        files.iter().enumerate().map(|(index, file)| (file.module.clone(), index)).collect();
    let mut home: BTreeMap<(String, String), BTreeSet<usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        for method in defined(file) {
            home.entry(method).or_default().insert(index);
        }
    }
    let mut complaints = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let mut names = Names::default();
        names.visit_file(&file.syntax);
        let by_path = names.paths.iter().filter_map(|path| {
            let (module, to) = target(&file.module, path, &modules)?;
            // A file may name its folder, and a `mod.rs` the files of its folder, which are below
            // it.
            let is_own = file.module.starts_with(module) || module.starts_with(&file.module);
            (to > index && !is_own).then(|| path.join("::"))
        });
        let by_method = names.methods.iter().filter_map(|method| {
            let at = home.get(method)?;
            let is_below = at.iter().all(|&to| to > index);
            is_below.then(|| format!("{}::{}", method.0, method.1))
        });
        for name in by_path.chain(by_method) {
            complaints.push(format!("{}: `{name}` is defined below it", file.path.display()));
        }
    }
    complaints
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_file_depends_only_on_files_above_it() {
    let found: Vec<String> =
        CRATES.iter().flat_map(|folder| complaints(&files(&root().join(folder)))).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_mod_file_only_has_mod_and_use_lines() {
    for folder in CRATES {
        let files = files(&root().join(folder));
        assert!(files.len() > 5, "{folder} has {} files", files.len());
        for file in files.iter().filter(|file| file.has_children && !file.module.is_empty()) {
            let other = file
                .syntax
                .items
                .iter()
                .any(|item| !matches!(item, syn::Item::Mod(_) | syn::Item::Use(_)));
            assert!(
                !other,
                "{}: a room's mod.rs has `mod` and `use` lines only",
                file.path.display()
            );
        }
    }
}

#[test]
fn a_dependency_on_a_file_below_is_found() {
    let file = |module: &str, text: &str| File {
        module: vec![module.to_owned()],
        path: PathBuf::from(module),
        has_children: false,
        syntax: syn::parse_str(text).unwrap(),
    };
    let found =
        |texts: [&str; 2]| complaints(&[file("above", texts[0]), file("below", texts[1])]).len();
    for (above, below, count) in [
        ("pub struct A;", "use crate::above::A;", 0),
        ("use crate::below::B;", "pub struct B;", 1),
        ("use super::{below::B as C};", "pub struct B;", 1),
        ("fn f() { crate::below::b() }", "pub fn b() {}", 1),
        ("fn f(_: super::below::B) {}", "pub struct B;", 1),
        ("struct A; impl A { fn f(&self) { self.g() } }", "impl A { fn g(&self) {} }", 1),
        ("struct A; impl A { fn g(&self) {} }", "impl A { fn f(&self) { self.g() } }", 0),
        ("#[cfg(test)] mod tests { use crate::below::B; }", "pub struct B;", 0),
    ] {
        assert_eq!(found([above, below]), count, "{above} / {below}");
    }
}
