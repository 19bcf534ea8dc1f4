//! Tells cargo that the binary carries files from outside its folder, so that new ones are taken in too.

fn main() {
    for folder in ["../web/dist", "../crm/packs", "../crm/objects"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
