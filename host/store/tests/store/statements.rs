//! TEN-6: every statement about something of a township says of which, or stands here with the reason why not.
//!
//! Reads text, not SQL: string literals of `src` that begin like a statement, and the tables of the migrations.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// Columns that say of which township a row is: itself, a module of it (by the number that stands for township and
/// plugin), a place in its log (the high bits of the position are the township).
const OWNERS: [&str; 3] = ["township", "module", "position"];

/// Statements about more than one township, or whose township stands elsewhere: file, beginning, reason.
const REVIEWED: &[(&str, &str, &str)] = &[
    (
        "audit.rs",
        "SELECT * FROM audit WHERE seq = ?",
        "the log is one chain for the whole hub; read by its number for the row that a failure belongs to",
    ),
    ("audit.rs", "SELECT seq, hash, at_ms FROM audit ORDER BY seq DESC", "the end of the one chain, for the next row"),
    ("audit/archive.rs", "SELECT * FROM audit WHERE seq >", "verification and export walk the whole chain"),
    (
        "audit/cut.rs",
        "SELECT seq, hash, at_ms FROM audit",
        "the chain is cut at its old end, whatever the rows are about",
    ),
    ("audit/cut.rs", "SELECT max(at_ms) FROM audit", "the chain is cut at its old end, whatever the rows are about"),
    ("audit/cut.rs", "DELETE FROM audit WHERE seq <=", "the chain is cut at its old end, whatever the rows are about"),
    (
        "audit/marks.rs",
        "INSERT INTO audit_marks",
        "how far the one chain has come, for its old end; a number, no content",
    ),
    (
        "audit/find.rs",
        "SELECT * FROM audit WHERE seq <",
        "built in parts: the township is one of them; the auditor of the whole hub reads all",
    ),
    (
        "audit/find.rs",
        "SELECT min(seq), max(seq) FROM audit",
        "numbers of rows by time, which the parts are narrowed with; no content",
    ),
    ("backup.rs", "SELECT DISTINCT sha256 FROM event_pictures", "a backup is of the whole hub"),
    (
        "cameras.rs",
        "SELECT township, camera, sealed FROM camera_credentials ORDER",
        "all seals are made anew with another key",
    ),
    (
        "cameras/classes.rs",
        "SELECT * FROM class_wishes ORDER BY township",
        "all wishes are read into memory at the start; who reads a list is given his own by the API",
    ),
    (
        "cameras/classes.rs",
        "SELECT township, camera, class FROM removed_classes",
        "all are read into memory at the start, by township and camera",
    ),
    (
        "cameras/classes.rs",
        "SELECT EXISTS (SELECT 1 FROM class_wishes)",
        "whether there is anything to look for at all; answers yes or no",
    ),
    (
        "cameras/find.rs",
        "SELECT count(*) AS total FROM cameras WHERE",
        "put together with the condition of the list, which has township and reach",
    ),
    (
        "cases.rs",
        "SELECT document FROM cases WHERE next_overdue_ms",
        "the clock of the hub goes on for all townships; each case names its own",
    ),
    (
        "cases.rs",
        "SELECT min(next_overdue_ms) FROM cases",
        "when the next time limit of any case ends: the clock sleeps until then; answers no content",
    ),
    (
        "cases/find.rs",
        "SELECT document FROM cases INDEXED BY cases_of_all",
        "who may read cases of several townships or all; his places narrow it, and the township is among them",
    ),
    (
        "cases/find.rs",
        "SELECT document FROM cases INDEXED BY cases_open_of_all",
        "who may read cases of several townships or all; his places narrow it, and the township is among them",
    ),
    (
        "exports.rs",
        "SELECT * FROM exports WHERE agreed = 1",
        "what is to be made and what is to end, whosever it is; each is worked on under its own township",
    ),
    (
        "exports.rs",
        "SELECT * FROM exports WHERE fetched > 0",
        "whose destruction is overdue and was not told, whosever it is; each is told under its own township",
    ),
    (
        "holds.rs",
        "SELECT t.lived_ms, coalesce(t.wall_ms, 0)",
        "each commit of modules asks whether anything is held at all before it reads a township's holds; answers yes or no",
    ),
    (
        "modules.rs",
        "SELECT * FROM modules ORDER BY township",
        "all modules are started with the hub; who reads a list is given his own by the API",
    ),
    (
        "modules/links.rs",
        "SELECT l.*, m.township, m.plugin FROM links",
        "a public code is all that its visitor has; it has 128 random bits and names the module",
    ),
    (
        "modules/plugins.rs",
        "SELECT 1 FROM modules WHERE digest",
        "whether any township still uses a build; answers yes or no",
    ),
    (
        "register.rs",
        "SELECT * FROM devices ORDER BY township",
        "all logins are read into memory at the start, by township and camera",
    ),
    ("modules/usage.rs", "DELETE FROM module_usage WHERE day <", "days past their time go, whosever they are"),
    (
        "retention/pictures.rs",
        "SELECT DISTINCT sha256 FROM event_pictures WHERE sha256 IN",
        "a picture file stays while any township has it; answers no content",
    ),
    ("retention/runs.rs", "SELECT lived_ms, (SELECT", "the number of the next run, which is one for the whole hub"),
    ("retention/runs.rs", "DELETE FROM retention_runs WHERE run IN", "rows of old runs go, whosever they are"),
    (
        "retention/runs.rs",
        "SELECT * FROM retention_runs AS r WHERE",
        "put together with the condition of the list, which has township and reach",
    ),
    (
        "rights.rs",
        "SELECT count(*) FROM requests WHERE closed_ms IS NULL",
        "how many are open in the whole hub, which has a limit; answers yes or no",
    ),
    (
        "rights.rs",
        "UPDATE requests SET sealed = NULL WHERE sealed",
        "who asked is forgotten in time, in every township",
    ),
    ("rights/find.rs", "SELECT count(*) FROM requests WHERE sealed", "how many are to be forgotten; no content"),
    ("writer.rs", "SELECT township, last_seq FROM townships", "the writer knows the next number of each log"),
    (
        "writer/later.rs",
        "UPDATE links SET views",
        "counts a visit by the public code, which is all that its visitor has",
    ),
    (
        "writer/usage.rs",
        "UPDATE modules SET stored_bytes = stored_bytes + v.column2",
        "the modules of a commit by their numbers, which stand in the values",
    ),
    (
        "uploads.rs",
        "DELETE FROM uploads WHERE attached = 0",
        "what no accepted form named goes after a day, whosever it is; answers hashes for the sweep only",
    ),
    (
        "writer/later.rs",
        "DELETE FROM refusals WHERE number <=",
        "the list of refusals is kept short for the whole hub, because most name no township",
    ),
];

fn folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Tables whose rows belong to a township.
fn owned() -> BTreeSet<String> {
    let mut owned = BTreeSet::new();
    for file in files(&folder("migrations"), "sql") {
        let text = fs::read_to_string(file).unwrap();
        for table in text.split("CREATE TABLE ").skip(1) {
            let (name, rest) = table.split_once(" (").unwrap();
            let columns = rest.split_once("\n)").map_or(rest, |(columns, _)| columns);
            let mut names = columns.lines().filter_map(|line| line.split_whitespace().next());
            if names.any(|name| OWNERS.contains(&name)) {
                owned.insert(name.to_owned());
            }
        }
    }
    owned
}

/// The string literals of a file, lines put together as Rust does.
fn literals(text: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let text: String = lines.map(|line| format!("{line}\n")).collect::<String>().replace("'\"'", "' '");
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once('"') {
        let (mut literal, mut is_escaped, mut end) = (String::new(), false, after.len());
        for (at, letter) in after.char_indices() {
            match letter {
                '\\' if !is_escaped => is_escaped = true,
                '"' if !is_escaped => {
                    end = at;
                    break;
                }
                _ => {
                    literal.push(letter);
                    is_escaped = false;
                }
            }
        }
        literals.push(literal.split_whitespace().collect::<Vec<_>>().join(" "));
        rest = after.get(end + 1..).unwrap_or_default();
    }
    literals
}

/// The statements of a file; one that is written over many rows is put together of its parts.
fn statements(text: &str) -> Vec<String> {
    let literals = literals(text);
    let begins = literals.iter().enumerate().filter(|(_, literal)| is_statement(literal));
    let whole = |(number, literal): (usize, &String)| match literal.ends_with("(VALUES") {
        true => literals[number..literals.len().min(number + 3)].join(" "),
        false => literal.clone(),
    };
    begins.map(whole).collect()
}

fn is_statement(text: &str) -> bool {
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "].iter().any(|begins| text.starts_with(begins))
}

/// The tables that a statement names.
fn tables(statement: &str) -> BTreeSet<&str> {
    let words: Vec<&str> =
        statement.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    let names = words.windows(2).filter(|pair| ["FROM", "INTO", "JOIN", "UPDATE"].contains(&pair[0]));
    names.map(|pair| pair[1]).collect()
}

/// Whether it says of which township: where it looks, or in what it puts in.
fn says_whose(statement: &str) -> bool {
    let conditions = match statement.strip_prefix("INSERT ") {
        Some(inserted) => inserted.split_once(" VALUES").map_or(inserted, |(columns, _)| columns),
        None => statement.split_once(" WHERE ").map_or("", |(_, conditions)| conditions),
    };
    let mut words = conditions.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| OWNERS.contains(&word))
}

#[test]
fn each_statement_on_something_of_a_township_says_of_which_or_is_reviewed() {
    let owned = owned();
    assert!(owned.len() > 20 && owned.contains("events") && owned.contains("records"), "{owned:?}");
    let (mut seen, mut bare, mut used) = (0, Vec::new(), BTreeSet::new());
    let source = folder("src");
    for file in files(&source, "rs") {
        let name = file.strip_prefix(&source).unwrap().display().to_string();
        for statement in statements(&fs::read_to_string(&file).unwrap()) {
            if !tables(&statement).iter().any(|table| owned.contains(*table)) {
                continue;
            }
            seen += 1;
            if says_whose(&statement) {
                continue;
            }
            let reviewed = |(of, begins, _): &(&str, &str, &str)| name == *of && statement.starts_with(begins);
            match REVIEWED.iter().position(reviewed) {
                Some(number) => drop(used.insert(number)),
                None => bare.push(format!("{name}: {statement}")),
            }
        }
    }
    assert!(seen > 80, "{seen} statements: the reader of literals is broken");
    assert!(bare.is_empty(), "say of which township, or why not in REVIEWED: {bare:#?}");
    let stale: Vec<_> = REVIEWED.iter().enumerate().filter(|(number, _)| !used.contains(number)).collect();
    assert!(stale.is_empty(), "no such statement any more: {stale:#?}");
    assert!(REVIEWED.iter().all(|(_, _, reason)| reason.len() > 20), "each has a reason");
}

#[test]
fn the_reader_of_statements_sees_what_says_whose() {
    let text = "// \"SELECT * FROM records\"\nquery(\"SELECT a \\\n   FROM records WHERE key = \\\"x\\\"\"); f('\"'); g(\"UPDATE\")";
    assert_eq!(literals(text), ["SELECT a FROM records WHERE key = \"x\"", "UPDATE"]);
    for (statement, says) in [
        ("SELECT * FROM records WHERE key = ?", false),
        ("SELECT township FROM records", false),
        ("SELECT * FROM records WHERE module = ? AND key = ?", true),
        ("INSERT INTO records (key) VALUES (?)", false),
        ("INSERT INTO records (module, key) VALUES (?, ?)", true),
        ("DELETE FROM events WHERE position = ?", true),
        ("DELETE FROM events WHERE exposition = ?", false),
    ] {
        assert_eq!(says_whose(statement), says, "{statement}");
    }
    assert_eq!(tables("SELECT 1 FROM a JOIN b ON a.x = b.x"), BTreeSet::from(["a", "b"]));
}
