//! Who sees whom: rules, single permissions, a look through somebody's eyes, and why one sees another or not.

mod look;

use guanxi_app::{
    Error, Me, Result,
    visibility::{self, Draft},
};
use guanxi_model::{
    department::DepartmentId,
    id::RuleId,
    role::Right,
    visibility::{Extent, Grant, Kind, Rule, Subject},
};
use guanxi_store::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    answer::{Done, Item, Made, Page},
    call::Call,
    operation::ROOT,
    shape::{Empty, Id, ListQuery, Time, place, words},
};

pub(crate) use look::{explain, preview};

/// Most subjects of one list.
const SUBJECTS: usize = visibility::SUBJECTS_MAX;

/// A department with all below it, or one member.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SubjectRef {
    /// Number of a department.
    Department(i64),
    /// Number of a member.
    Member(Id),
}

impl From<Subject> for SubjectRef {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Department(id) => Self::Department(id.0),
            Subject::Member(id) => Self::Member(id.into()),
        }
    }
}

impl From<SubjectRef> for Subject {
    fn from(subject: SubjectRef) -> Self {
        match subject {
            SubjectRef::Department(number) => Self::Department(DepartmentId(number)),
            SubjectRef::Member(id) => Self::Member(id.into()),
        }
    }
}

words! {
    /// Whom those see who are limited.
    ExtentWord of Extent {
        /// Nobody but themselves.
        OnlySelf,
        /// Their own departments, with all below.
        OwnDepartment,
        /// What is listed.
        Listed,
    }
}

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KindWord {
    /// The subject is hidden from all but the exceptions.
    Hide,
    /// The subject sees no more than `extent` says.
    Limit,
}

/// A visibility rule.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RuleView {
    /// Its number.
    id: Id,
    /// What it does.
    kind: KindWord,
    /// Whom those see who are limited; null for a rule that hides.
    extent: Option<ExtentWord>,
    /// What they see, where the extent is a list.
    listed: Vec<SubjectRef>,
    /// Who is hidden or limited.
    subject: SubjectRef,
    /// To whom it does not apply.
    exceptions: Vec<SubjectRef>,
    /// The administrator's own words.
    note: String,
    /// When it was made.
    created_at: Time,
    /// Number of the member who made it.
    created_by: Option<Id>,
}

fn refs(subjects: Vec<Subject>) -> Vec<SubjectRef> {
    subjects.into_iter().map(SubjectRef::from).collect()
}

impl From<Rule> for RuleView {
    fn from(rule: Rule) -> Self {
        let (kind, extent, listed) = match rule.kind {
            Kind::Hide => (KindWord::Hide, None, Vec::new()),
            Kind::Limit { extent, listed } => (KindWord::Limit, Some(extent.into()), listed),
        };
        Self {
            id: rule.id.into(),
            kind,
            extent,
            listed: refs(listed),
            subject: rule.subject.into(),
            exceptions: refs(rule.exceptions),
            note: rule.note,
            created_at: Time(rule.created_at_ms),
            created_by: rule.created_by.map(Id::from),
        }
    }
}

/// What is wanted of a rule.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleTerms {
    /// What it does.
    kind: KindWord,
    /// Whom those see who are limited; a rule that hides has none.
    #[serde(default)]
    extent: Option<ExtentWord>,
    /// What they see, where the extent is a list.
    #[serde(default)]
    #[schemars(length(max = SUBJECTS))]
    listed: Vec<SubjectRef>,
    /// Who is hidden or limited.
    subject: SubjectRef,
    /// To whom it does not apply.
    #[serde(default)]
    #[schemars(length(max = SUBJECTS))]
    exceptions: Vec<SubjectRef>,
    /// The administrator's own words.
    #[serde(default)]
    #[schemars(length(max = 60))]
    note: String,
}

impl RuleTerms {
    fn draft(&self, id: Option<RuleId>) -> Result<Draft> {
        let subjects = |refs: &[SubjectRef]| refs.iter().map(|one| (*one).into()).collect();
        let kind = match (self.kind, self.extent) {
            (KindWord::Hide, None) if self.listed.is_empty() => Kind::Hide,
            (KindWord::Hide, _) => return Err(Error::invalid("extent", "not_for_hide")),
            (KindWord::Limit, None) => return Err(Error::invalid("extent", "required")),
            (KindWord::Limit, Some(extent)) => Kind::Limit {
                extent: extent.into(),
                listed: subjects(&self.listed),
            },
        };
        Ok(Draft {
            id,
            kind,
            subject: self.subject.into(),
            exceptions: subjects(&self.exceptions),
            note: self.note.clone(),
        })
    }
}

fn acting<Q, B>(tx: &mut Tx<'_>, call: &Call<Q, B>) -> Result<Me> {
    call.cx.me_with(tx, Right::EditVisibility)
}

fn find_rule(me: &Me, id: RuleId) -> Result<Rule> {
    let rule = me.corp.rules.iter().find(|rule| rule.id == id);
    rule.cloned().ok_or(Error::not_found("rule"))
}

/// `GET /admin/visibility/rules`
pub(crate) fn rules(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<RuleView>> {
    let me = acting(tx, call)?;
    let from = place(call.query.cursor.as_ref())?.unwrap_or(0);
    let rules = me.corp.rules.iter().cloned().map(RuleView::from).collect();
    Ok(Page::cut(rules, from, call.query.limit.rows()))
}

/// `GET /admin/visibility/rules/{id}`
pub(crate) fn rule(tx: &mut Tx<'_>, call: &Call) -> Result<Item<RuleView>> {
    let me = acting(tx, call)?;
    Ok(Item(find_rule(&me, call.id("rule")?)?.into()))
}

/// `POST /admin/visibility/rules`
pub(crate) fn create_rule(
    tx: &mut Tx<'_>,
    call: &Call<Empty, RuleTerms>,
) -> Result<Made<RuleView>> {
    let rule = visibility::put_rule(tx, &call.cx, call.body.draft(None)?)?;
    Ok(Made {
        at: format!("{ROOT}/admin/visibility/rules/{}", rule.id),
        item: rule.into(),
    })
}

/// `PUT /admin/visibility/rules/{id}`
pub(crate) fn replace_rule(
    tx: &mut Tx<'_>,
    call: &Call<Empty, RuleTerms>,
) -> Result<Item<RuleView>> {
    let me = acting(tx, call)?;
    let id = find_rule(&me, call.id("rule")?)?.id;
    let rule = visibility::put_rule(tx, &call.cx, call.body.draft(Some(id))?)?;
    Ok(Item(rule.into()))
}

/// `DELETE /admin/visibility/rules/{id}`
pub(crate) fn delete_rule(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    visibility::delete_rule(tx, &call.cx, call.id("rule")?)?;
    Ok(Done)
}

/// `POST /admin/visibility/rules/{id}/undo` and the same for permissions
pub(crate) fn undo(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    visibility::undo(tx, &call.cx, call.id("rule")?)?;
    Ok(Done)
}

/// Whether leaders see everybody below them, whatever the rules say.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Leaders {
    /// They do.
    see_below: bool,
}

/// `GET /admin/visibility/leaders`
pub(crate) fn leaders(tx: &mut Tx<'_>, call: &Call) -> Result<Item<Leaders>> {
    let me = acting(tx, call)?;
    let see_below = me.corp.settings.leaders_see_below;
    Ok(Item(Leaders { see_below }))
}

/// Whether leaders are to see everybody below them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLeaders {
    /// They do.
    see_below: bool,
}

/// `PUT /admin/visibility/leaders`
pub(crate) fn set_leaders(
    tx: &mut Tx<'_>,
    call: &Call<Empty, NewLeaders>,
) -> Result<Item<Leaders>> {
    let see_below = call.body.see_below;
    visibility::set_leaders_see_below(tx, &call.cx, see_below)?;
    Ok(Item(Leaders { see_below }))
}

/// A single permission: the viewer sees the target, whatever the rules say.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GrantView {
    /// Its number.
    id: Id,
    /// Who sees.
    viewer: SubjectRef,
    /// Whom.
    target: SubjectRef,
    /// Until when; null for ever.
    expires_at: Option<Time>,
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> Self {
        Self {
            id: grant.id.into(),
            viewer: grant.viewer.into(),
            target: grant.target.into(),
            expires_at: grant.expires_at_ms.map(Time),
        }
    }
}

/// `GET /admin/visibility/grants`
pub(crate) fn grants(tx: &mut Tx<'_>, call: &Call<ListQuery>) -> Result<Page<GrantView>> {
    let me = acting(tx, call)?;
    let from = place(call.query.cursor.as_ref())?.unwrap_or(0);
    let grants = visibility::list(tx, &call.cx, &me)?.grants.into_iter();
    let grants = grants.map(GrantView::from).collect();
    Ok(Page::cut(grants, from, call.query.limit.rows()))
}

/// `GET /admin/visibility/grants/{id}`
pub(crate) fn grant(tx: &mut Tx<'_>, call: &Call) -> Result<Item<GrantView>> {
    let me = acting(tx, call)?;
    let id: RuleId = call.id("grant")?;
    let mut grants = visibility::list(tx, &call.cx, &me)?.grants.into_iter();
    let grant = grants.find(|grant| grant.id == id);
    Ok(Item(grant.ok_or(Error::not_found("grant"))?.into()))
}

/// What is wanted of a permission.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantTerms {
    /// Who sees.
    viewer: SubjectRef,
    /// Whom.
    target: SubjectRef,
    /// For how many days; for ever if it is left out.
    #[serde(default)]
    #[schemars(range(min = 1, max = 365))]
    days: Option<u32>,
}

/// `POST /admin/visibility/grants`
pub(crate) fn create_grant(
    tx: &mut Tx<'_>,
    call: &Call<Empty, GrantTerms>,
) -> Result<Made<GrantView>> {
    let terms = &call.body;
    let (viewer, target) = (terms.viewer.into(), terms.target.into());
    let grant = visibility::put_grant(tx, &call.cx, viewer, target, terms.days)?;
    Ok(Made {
        at: format!("{ROOT}/admin/visibility/grants/{}", grant.id),
        item: grant.into(),
    })
}

/// `DELETE /admin/visibility/grants/{id}`
pub(crate) fn delete_grant(tx: &mut Tx<'_>, call: &Call) -> Result<Done> {
    visibility::delete_grant(tx, &call.cx, call.id("grant")?)?;
    Ok(Done)
}
