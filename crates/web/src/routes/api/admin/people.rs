//! Operations on members, departments and roles.

use axum::http::Method;
use guanxi_model::{
    role::Right::{EditDepartments, EditPeople, GrantRoles, ReadPeople},
    token::Scope::{PeopleRead, PeopleWrite, RolesWrite},
};

use crate::api::{
    answer::{Done, Item},
    avatar, batch, department, member,
    operation::{Door::Right, Operation, delete, get, later, post, put, success},
    role,
};

/// The lines.
pub(super) fn table() -> Vec<Operation> {
    [members(), departments(), roles()].concat()
}

#[expect(
    clippy::too_many_lines,
    reason = "one table, so that it can be read as a whole"
)]
fn members() -> Vec<Operation> {
    let (reads, writes) = (
        Right(ReadPeople, PeopleRead),
        Right(EditPeople, PeopleWrite),
    );
    vec![
        get("/admin/members", reads, "listMembers", member::list).says(
            "Members",
            "Members by user ID, those who have left included",
        ),
        post("/admin/members", writes, "createMember", member::create)
            .says("Members", "Makes an account"),
        post(
            "/admin/members/change",
            writes,
            "changeMembers",
            member::change_many,
        )
        .says(
            "Members",
            "Switches many accounts off or on, with a result for each",
        ),
        post(
            "/admin/members/move",
            writes,
            "moveMembers",
            member::move_many,
        )
        .says(
            "Members",
            "Moves many members to a department, with a result for each",
        ),
        later(
            Method::POST,
            ("/admin/members/batches", writes, "beginBatch"),
            success::<Item<batch::Batch>>(),
            batch::begin,
        )
        .says(
            "Members",
            "Begins an act on many members that can be taken back",
        )
        .note(
            "The answer comes when all are done, or after ten seconds: then it goes on by itself.",
        ),
        later(
            Method::POST,
            ("/admin/members/batches/{id}/go-on", writes, "goOnWithBatch"),
            success::<Item<batch::Batch>>(),
            batch::go_on,
        )
        .says(
            "Members",
            "Tells how far an act of the caller's has come, and goes on with it",
        ),
        later(
            Method::POST,
            ("/admin/members/batches/{id}/undo", writes, "undoBatch"),
            success::<Item<batch::Batch>>(),
            batch::undo,
        )
        .says(
            "Members",
            "Takes an act of the caller's back within a day, to where each was",
        ),
        get("/admin/members/{id}", reads, "getMember", member::get)
            .says("Members", "A member with all that administrators may know"),
        put(
            "/admin/members/{id}",
            writes,
            "replaceMember",
            member::replace,
        )
        .says("Members", "Replaces what is set of a member")
        .guarded(),
        post(
            "/admin/members/{id}/disable",
            writes,
            "disableMember",
            member::disable,
        )
        .says(
            "Members",
            "Switches an account off: sessions and tokens end at once",
        ),
        post(
            "/admin/members/{id}/leave",
            writes,
            "leaveMember",
            member::leave,
        )
        .says(
            "Members",
            "Marks a member as left: sessions, tokens and codes end at once",
        ),
        post(
            "/admin/members/{id}/reactivate",
            writes,
            "reactivateMember",
            member::reactivate,
        )
        .says("Members", "Brings a member back, without roles and tokens"),
        post(
            "/admin/members/{id}/reactivate-with-roles",
            Right(GrantRoles, RolesWrite),
            "reactivateMemberWithRoles",
            member::reactivate_with_roles,
        )
        .says(
            "Members",
            "Brings a member back with the roles that were taken from him",
        ),
        later(
            Method::PUT,
            ("/admin/members/{id}/avatar", writes, "setMemberAvatar"),
            success::<Done>(),
            avatar::put_any,
        )
        .says("Members", "Shows a picture for a member"),
        delete(
            "/admin/members/{id}/avatar",
            writes,
            "removeMemberAvatar",
            avatar::remove_any,
        )
        .says("Members", "Takes the picture of a member off"),
        post(
            "/admin/members/{id}/avatar/restore",
            writes,
            "restoreMemberAvatar",
            avatar::restore_any,
        )
        .says("Members", "Takes that back, within ten minutes"),
    ]
}

fn departments() -> Vec<Operation> {
    let (reads, writes) = (
        Right(EditDepartments, PeopleRead),
        Right(EditDepartments, PeopleWrite),
    );
    vec![
        get(
            "/admin/departments",
            reads,
            "listDepartments",
            department::list,
        )
        .says("Departments", "All departments in the order of the tree"),
        post(
            "/admin/departments",
            writes,
            "createDepartment",
            department::create,
        )
        .says("Departments", "Makes a department"),
        get(
            "/admin/departments/{number}",
            reads,
            "getDepartment",
            department::get,
        )
        .says("Departments", "A department with its leaders"),
        put(
            "/admin/departments/{number}",
            writes,
            "replaceDepartment",
            department::replace,
        )
        .says("Departments", "Renames, moves or reorders a department")
        .guarded(),
        delete(
            "/admin/departments/{number}",
            writes,
            "deleteDepartment",
            department::delete,
        )
        .says("Departments", "Deletes an empty department"),
        post(
            "/admin/departments/{number}/shift",
            writes,
            "shiftDepartment",
            department::shift,
        )
        .says("Departments", "Shifts a department among its siblings"),
    ]
}

fn roles() -> Vec<Operation> {
    let (reads, writes) = (Right(GrantRoles, PeopleRead), Right(GrantRoles, RolesWrite));
    vec![
        get("/admin/roles", reads, "listRoleHolders", role::list)
            .says("Roles", "Everybody with a role"),
        get(
            "/admin/members/{id}/roles",
            reads,
            "getMemberRoles",
            role::get,
        )
        .says("Roles", "Roles of a member"),
        put(
            "/admin/members/{id}/roles",
            writes,
            "replaceMemberRoles",
            role::replace,
        )
        .says("Roles", "Replaces the roles of a member")
        .guarded(),
    ]
}
