//! The state of the directory's page, all of it in the address, so that every view can be linked to and reloaded.

use guanxi_model::{
    department::DepartmentId,
    id::{MemberId, RequestId},
};

use crate::{auth::Form, page::encoded};

/// Hits of a search on one page.
pub(super) const HITS: usize = 20;
/// Members of a department on one page.
pub(super) const LISTED: usize = 50;

/// What the page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct View {
    /// As typed.
    pub(super) text: String,
    /// Only this department and below; for an empty text the viewer's own if none is named.
    pub(super) department: Option<DepartmentId>,
    /// Whose card is open.
    pub(super) member: Option<MemberId>,
    /// Page of the list, from 0.
    pub(super) page: usize,
    /// On a phone, the tree in place of the list.
    pub(super) is_tree: bool,
    /// The card is a page of its own.
    pub(super) is_alone: bool,
}

impl View {
    /// Reads the query of an address.
    pub(super) fn read(query: Option<&str>) -> Self {
        let form = Form::read(query.unwrap_or_default().as_bytes());
        Self {
            text: form.text("q").trim().chars().take(64).collect(),
            department: form.parse("department").map(DepartmentId),
            member: form.parse("member"),
            page: form.parse("page").unwrap_or_default(),
            is_tree: form.text("show") == "tree",
            is_alone: form.is_on("alone"),
        }
    }

    /// Rows to skip.
    pub(super) fn offset(&self) -> usize {
        let rows = if self.text.is_empty() { LISTED } else { HITS };
        // Nobody turns so many pages by hand.
        rows * self.page.min(100_000)
    }

    pub(super) fn with_member(&self, member: MemberId) -> Self {
        Self {
            member: Some(member),
            ..self.clone()
        }
    }

    pub(super) fn without_member(&self) -> Self {
        Self {
            member: None,
            ..self.clone()
        }
    }

    pub(super) fn at_page(&self, page: usize) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }

    /// The list of a department.
    pub(super) fn of(department: DepartmentId) -> Self {
        Self {
            department: Some(department),
            ..Self::default()
        }
    }

    pub(super) fn as_tree(&self, is_tree: bool) -> Self {
        Self {
            is_tree,
            ..self.without_member()
        }
    }

    /// The query with its question mark, or nothing.
    pub(super) fn query(&self) -> String {
        let mut query = String::new();
        let mut add = |name: &str, value: &str| {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            query.push_str(&encoded(value));
        };
        if !self.text.is_empty() {
            add("q", &self.text);
        }
        if let Some(DepartmentId(id)) = self.department {
            add("department", &id.to_string());
        }
        if self.page > 0 {
            add("page", &self.page.to_string());
        }
        if self.is_tree {
            add("show", "tree");
        }
        if self.is_alone {
            add("alone", "1");
        } else if let Some(member) = self.member {
            add("member", &member.to_string());
        }
        query
    }

    /// The address of the view.
    pub(super) fn url(&self) -> String {
        match self.member {
            Some(member) if self.is_alone => format!("/directory/members/{member}"),
            _ => format!("/directory{}", self.query()),
        }
    }

    /// The address of the view with its card in front, also where that covers the page.
    pub(super) fn card_url(&self) -> String {
        if self.is_alone {
            self.url()
        } else {
            format!("{}#card", self.url())
        }
    }

    /// The address of an act on the open card.
    pub(super) fn act(&self, verb: &str) -> String {
        let member = self
            .member
            .map(|member| member.to_string())
            .unwrap_or_default();
        format!("/directory/members/{member}/{verb}{}", self.query())
    }

    /// The same for an act on a request.
    pub(super) fn act_on(&self, verb: &str, request: RequestId) -> String {
        let path = self.act(verb);
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}request={request}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back() {
        let view = View {
            text: "张 s&".into(),
            department: Some(DepartmentId(7)),
            member: Some(MemberId::from_u128(5)),
            page: 2,
            is_tree: true,
            is_alone: false,
        };
        assert_eq!(View::read(view.query().strip_prefix('?')), view);
        assert_eq!(View::default().url(), "/directory");
        assert_eq!(
            View::read(Some("page=x&department=&member=zz")),
            View::default()
        );
    }

    proptest::proptest! {
        #[test]
        fn any_query_reads_and_any_view_comes_back(
            query in ".{0,80}",
            text in "[a-z张 &=%]{0,40}",
            department: Option<i64>,
            page in 0..10_000_usize,
            is_tree: bool,
        ) {
            View::read(Some(&query)).url();
            let view = View {
                text: text.trim().to_owned(),
                department: department.map(DepartmentId),
                page,
                is_tree,
                ..View::default()
            };
            proptest::prop_assert_eq!(&View::read(view.query().strip_prefix('?')), &view);
        }
    }
}
