//! From a folder to PostgreSQL, when a workspace outgrows one machine, and back.

use served::Place;

use crate::archive::move_house;

#[test]
fn a_workspace_moves_from_a_folder_to_postgresql() {
    move_house(&Place::in_folder(), &Place::new());
}

#[test]
fn a_workspace_moves_from_postgresql_to_a_folder() {
    move_house(&Place::new(), &Place::in_folder());
}
