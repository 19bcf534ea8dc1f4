//! Fills `corpus/` with what the targets start from: the expressions of Camunda's own tests and of the compatibility kit,
//! and the kit's files, from the folder given.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let data = PathBuf::from(env::args().nth(1).ok_or("give the folder that holds the test data")?);
    let mut expressions = Vec::new();
    for line in fs::read_to_string(data.join("feel-camunda/cases.jsonl"))?.lines() {
        let case: serde_json::Value = serde_json::from_str(line)?;
        expressions.extend(case.get("expr").and_then(|it| it.as_str()).map(str::to_owned));
    }
    let mut files = Vec::new();
    collect(&data.join("dmn-tck"), &mut files)?;
    let mut models = Vec::new();
    for file in &files {
        let xml = fs::read_to_string(file)?;
        let texts = xml.split("<text>").skip(1).filter_map(|part| part.split_once("</text>"));
        expressions.extend(texts.map(|(text, _)| {
            let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            plain.replace("&amp;", "&")
        }));
        models.push(xml);
    }
    expressions.sort();
    expressions.dedup();
    for target in ["feel_parser", "feel_evaluator"] {
        write(target, &expressions)?;
    }
    write("dmn_xml", &models)
}

/// The DMN files in a folder and below.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "dmn") {
            files.push(path);
        }
    }
    Ok(())
}

fn write(target: &str, texts: &[String]) -> Result<(), Box<dyn Error>> {
    let folder = Path::new("corpus").join(target);
    fs::create_dir_all(&folder)?;
    for (at, text) in texts.iter().enumerate() {
        fs::write(folder.join(format!("seed-{at:05}")), text)?;
    }
    println!("{}: {} texts", folder.display(), texts.len());
    Ok(())
}
