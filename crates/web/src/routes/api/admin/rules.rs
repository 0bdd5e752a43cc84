//! Operations on visibility, and on what members could not find.

use guanxi_model::{
    role::Right::{AnswerAsks, EditVisibility},
    token::Scope::{AsksRead, AsksWrite, VisibilityRead, VisibilityWrite},
};

use crate::api::{
    find_ask,
    operation::{Door::Right, Operation, ask, delete, get, post, put},
    visibility,
};

/// The lines.
pub(super) fn table() -> Vec<Operation> {
    [rules(), grants(), looks(), asks()].concat()
}

fn rules() -> Vec<Operation> {
    let (reads, writes) = (
        Right(EditVisibility, VisibilityRead),
        Right(EditVisibility, VisibilityWrite),
    );
    vec![
        get(
            "/admin/visibility/rules",
            reads,
            "listRules",
            visibility::rules,
        )
        .says("Visibility", "Visibility rules, the oldest first"),
        post(
            "/admin/visibility/rules",
            writes,
            "createRule",
            visibility::create_rule,
        )
        .says("Visibility", "Makes a visibility rule"),
        get(
            "/admin/visibility/rules/{id}",
            reads,
            "getRule",
            visibility::rule,
        )
        .says("Visibility", "A visibility rule"),
        put(
            "/admin/visibility/rules/{id}",
            writes,
            "replaceRule",
            visibility::replace_rule,
        )
        .says("Visibility", "Replaces a visibility rule")
        .guarded(),
        delete(
            "/admin/visibility/rules/{id}",
            writes,
            "deleteRule",
            visibility::delete_rule,
        )
        .says("Visibility", "Deletes a visibility rule"),
        post(
            "/admin/visibility/rules/{id}/undo",
            writes,
            "undoRule",
            visibility::undo,
        )
        .says(
            "Visibility",
            "Takes back the last change of a rule, within ten minutes",
        ),
        get(
            "/admin/visibility/leaders",
            reads,
            "getLeadersSight",
            visibility::leaders,
        )
        .says("Visibility", "Whether leaders see everybody below them"),
        put(
            "/admin/visibility/leaders",
            writes,
            "setLeadersSight",
            visibility::set_leaders,
        )
        .says(
            "Visibility",
            "Sets whether leaders see everybody below them",
        )
        .guarded(),
    ]
}

fn grants() -> Vec<Operation> {
    let (reads, writes) = (
        Right(EditVisibility, VisibilityRead),
        Right(EditVisibility, VisibilityWrite),
    );
    vec![
        get(
            "/admin/visibility/grants",
            reads,
            "listGrants",
            visibility::grants,
        )
        .says("Visibility", "Single permissions that hold now"),
        post(
            "/admin/visibility/grants",
            writes,
            "createGrant",
            visibility::create_grant,
        )
        .says("Visibility", "Lets one see another, whatever the rules say"),
        get(
            "/admin/visibility/grants/{id}",
            reads,
            "getGrant",
            visibility::grant,
        )
        .says("Visibility", "A permission"),
        delete(
            "/admin/visibility/grants/{id}",
            writes,
            "deleteGrant",
            visibility::delete_grant,
        )
        .says("Visibility", "Ends a permission"),
        post(
            "/admin/visibility/grants/{id}/undo",
            writes,
            "undoGrant",
            visibility::undo,
        )
        .says(
            "Visibility",
            "Takes back the last change of a permission, within ten minutes",
        ),
    ]
}

fn looks() -> Vec<Operation> {
    let reads = Right(EditVisibility, VisibilityRead);
    vec![
        ask(
            "/admin/visibility/preview",
            reads,
            "previewVisibility",
            visibility::preview,
        )
        .says(
            "Visibility",
            "What a member sees, today or under a rule that is tried",
        ),
        get(
            "/admin/visibility/explanation",
            reads,
            "explainVisibility",
            visibility::explain,
        )
        .says("Visibility", "Why one member sees another or not"),
    ]
}

fn asks() -> Vec<Operation> {
    vec![
        get(
            "/admin/asks",
            Right(AnswerAsks, AsksRead),
            "listAsks",
            find_ask::list,
        )
        .says("Questions", "What members could not find, the newest first"),
        get(
            "/admin/asks/{id}",
            Right(AnswerAsks, AsksRead),
            "getAsk",
            find_ask::get,
        )
        .says("Questions", "A question"),
        post(
            "/admin/asks/{id}/answer",
            Right(AnswerAsks, AsksWrite),
            "answerAsk",
            find_ask::answer,
        )
        .says(
            "Questions",
            "Answers a question, where wanted with a permission",
        ),
    ]
}
