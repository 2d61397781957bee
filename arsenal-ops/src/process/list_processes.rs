//! `list_processes`.

use arsenal::{Context, Execute, Operation};
use arsenal_process::{Brief, Kind, Measure, Pid, Survey, Target};

use super::{NoSuchProcess, ProcessRow, StatusWord, missing};
use crate::catalogue::Catalogue;
use crate::paging::{self, Page, Paging};
use crate::refusal::Refusal;

/// Lists the processes that fit the filters, in an order.
///
/// The figures change while pages are read: a process may be shown twice, or not at all.
#[derive(Debug, Operation)]
#[operation(category = "process", method = GET, path = "/processes", role = viewer,
            effect = read, idempotent, timeout = "10s", output = Page<ProcessRow>,
            error = Refusal<NoSuchProcess>,
            columns = ["pid", "name", "kind", "status", "mailbox_length", "busy_time", "uptime"],
            example(name = "the fullest mailboxes",
                    params = r#"{"sort": "-mailbox_length", "page_size": 10}"#))]
pub struct ListProcesses {
    /// Only processes that do this.
    pub status: Option<StatusWord>,
    /// Only processes of this kind.
    pub kind: Option<Kind>,
    /// Only the children of this supervisor: its pid or its name.
    pub supervisor: Option<Target>,
    /// Only processes whose name begins so.
    #[param(min_len = 1, max_len = 255)]
    pub name_prefix: Option<String>,
    /// Only processes that were started by this entry point.
    #[param(min_len = 1, max_len = 48)]
    pub entry_point: Option<String>,
    /// Only processes with so many messages waiting, or more.
    pub min_mailbox: Option<u64>,
    /// What they are ordered by; with `-`, the greatest first.
    #[param(default = "-age", one_of = [
        "age", "-age", "busy_time", "-busy_time", "mailbox_length", "-mailbox_length",
        "messages_handled", "-messages_handled", "polls", "-polls", "restarts", "-restarts",
    ])]
    pub sort: String,
    /// Tell what each process did since the same query last showed it to the caller.
    #[param(default = false)]
    pub rates: bool,
    /// Which part of the list.
    #[param(flatten)]
    pub page: Paging,
}

impl Execute for ListProcesses {
    type State = Catalogue;

    async fn execute(
        self,
        cx: &Context<Catalogue>,
    ) -> Result<Page<ProcessRow>, Refusal<NoSuchProcess>> {
        let runtime = &cx.state().runtime;
        let supervisor = match &self.supervisor {
            None => None,
            Some(target) => {
                let gone = |_| missing(runtime, target);
                Some(runtime.resolve(target.clone()).map_err(gone)?)
            }
        };
        let query = self.query();
        let survey = self.survey(cx, &query)?;
        let mut leaders = runtime.survey(&survey, |brief| self.keeps(supervisor, brief));
        let next_page_token = (survey.n_max <= leaders.len())
            .then(|| leaders.truncate(survey.n_max - 1))
            .and_then(|()| leaders.last())
            .map(|last| paging::seal(cx, &query, &format!("{} {}", last.value, last.info.pid)));
        let mut items: Vec<ProcessRow> =
            leaders.iter().map(|leader| ProcessRow::from(&leader.info)).collect();
        if self.rates {
            let whose = format!("{} {query}", cx.caller().principal);
            let infos = leaders.iter().map(|leader| &leader.info);
            let rates = cx.state().rates.since_last(&whose, runtime, infos);
            items.iter_mut().zip(rates).for_each(|(row, rates)| row.rates = rates);
        }
        Ok(Page { items, next_page_token })
    }
}

impl ListProcesses {
    /// Everything that decides which processes the list has, and in which order.
    fn query(&self) -> String {
        let Self { status, kind, supervisor, name_prefix, entry_point, min_mailbox, sort, .. } =
            self;
        format!(
            "list_processes {status:?} {kind:?} {supervisor:?} {name_prefix:?} {entry_point:?} \
             {min_mailbox:?} {sort}"
        )
    }

    /// The part that is wanted, and one more to tell whether there is more.
    fn survey(
        &self,
        cx: &Context<Catalogue>,
        query: &str,
    ) -> Result<Survey, Refusal<NoSuchProcess>> {
        let after = match &self.page.page_token {
            None => None,
            Some(token) => {
                let key = paging::open(cx, query, token).map_err(Refusal::Shared)?;
                let parts = key.split_once(' ');
                parts.and_then(|(value, pid)| value.parse().ok().zip(pid.parse::<Pid>().ok()))
            }
        };
        let (ascending, measure) = match self.sort.strip_prefix('-') {
            Some(measure) => (false, measure),
            None => (true, self.sort.as_str()),
        };
        Ok(Survey { measure: measured(measure), ascending, after, n_max: self.page.size() + 1 })
    }

    fn keeps(&self, supervisor: Option<Pid>, brief: &Brief<'_>) -> bool {
        let named =
            |prefix: &str| brief.name().is_some_and(|name| name.as_str().starts_with(prefix));
        let started_by = |name: &str| brief.entry_point() == Some(name);
        self.min_mailbox.is_none_or(|least| least <= brief.measure(Measure::MailboxLength))
            && self.kind.is_none_or(|kind| kind == brief.kind())
            && supervisor.is_none_or(|pid| brief.supervisor() == Some(pid))
            && self.entry_point.as_deref().is_none_or(started_by)
            && self.status.is_none_or(|status| status == StatusWord::of(brief.status()).0)
            && self.name_prefix.as_deref().is_none_or(named)
    }
}

fn measured(word: &str) -> Measure {
    match word {
        "busy_time" => Measure::BusyTime,
        "mailbox_length" => Measure::MailboxLength,
        "messages_handled" => Measure::MessagesHandled,
        "polls" => Measure::Polls,
        "restarts" => Measure::Restarts,
        _ => Measure::Age,
    }
}
