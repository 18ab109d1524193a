//! Which page of a list is asked for.

use std::str::FromStr;

use serde::Deserialize;
use utoipa::IntoParams;

use super::{body, problem::Problem};
use crate::domain::{invalid::Gather, project::Start};

/// Which page of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// How many items, 1 to 200; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    /// Where the page begins and how many items it may have.
    pub(super) fn read<Id: FromStr>(&self) -> Result<(Start<Id>, usize), Problem> {
        let mut gather = Gather::default();
        let limit = gather.take(body::limit(self.limit.as_deref()));
        let cursor = gather.take(body::cursor(self.cursor.as_deref()));
        match (limit, cursor) {
            (Some(limit), Some(cursor)) => Ok((cursor.map_or(Start::Newest, Start::OlderThan), limit)),
            _ => Err(Problem::invalid(gather.into_errors())),
        }
    }
}
