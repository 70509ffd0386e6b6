//! The export of a webhook's deliveries: CSV (RFC 4180) or lines of JSON.

use serde::Serialize;

use crate::delivery::DeliveryView;

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    JsonLines,
}

/// The columns of the CSV.
const COLUMNS: &str = "event_id,event_type,status,accepted_at,delivered_at,next_try_at,waits_for,\
                       try_count,http_status_code,fault";

impl ExportFormat {
    /// The format of a file with this name.
    pub(crate) fn of_file(name: &str) -> Option<Self> {
        match name {
            "deliveries.csv" => Some(Self::Csv),
            "deliveries.jsonl" => Some(Self::JsonLines),
            _ => None,
        }
    }

    /// The name of the file.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Csv => "deliveries.csv",
            Self::JsonLines => "deliveries.jsonl",
        }
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    /// What precedes the first delivery.
    pub fn begin(self) -> String {
        match self {
            Self::Csv => format!("{COLUMNS}\r\n"),
            Self::JsonLines => String::new(),
        }
    }

    /// Appends deliveries. No value has a comma, a quote or a line break, so none is quoted.
    pub fn append(self, to: &mut String, deliveries: &[DeliveryView]) {
        for delivery in deliveries {
            match self {
                Self::Csv => {
                    to.push_str(&csv_line(delivery));
                    to.push_str("\r\n");
                }
                Self::JsonLines => {
                    to.push_str(&name(delivery));
                    to.push('\n');
                }
            }
        }
    }
}

fn csv_line(delivery: &DeliveryView) -> String {
    let waits_for = delivery.waits_for.as_ref().map(|waits_for| name(waits_for).replace('"', ""));
    let code = delivery.http_status_code.map(|code| code.to_string());
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        delivery.event_id.to_string(),
        delivery.event_type.to_string(),
        name(&delivery.status).replace('"', ""),
        delivery.accepted_at.clone(),
        optional(&delivery.delivered_at),
        optional(&delivery.next_try_at),
        optional(&waits_for),
        delivery.try_count.to_string(),
        optional(&code),
        optional(&delivery.fault),
    ]
    .join(",")
}

/// A value as JSON. None of those that are written here can fail.
fn name(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::{Status, WaitsFor};

    fn deliveries() -> Vec<DeliveryView> {
        let delivered = DeliveryView {
            event_id: "e1".parse().unwrap(),
            event_type: crate::event::EventType::to_publish("COURSE_COMPLETION").unwrap(),
            status: Status::Delivered,
            accepted_at: "2026-11-24T10:00:00.000+00:00".to_owned(),
            delivered_at: Some("2026-11-24T10:00:01.000+00:00".to_owned()),
            next_try_at: None,
            waits_for: None,
            try_count: 1,
            http_status_code: Some(204),
            fault: None,
            trace_id: Some("0af7".to_owned()),
            parent_span_id: None,
            tries: None,
        };
        let waiting = DeliveryView {
            event_id: "e2".parse().unwrap(),
            status: Status::InFlight,
            delivered_at: None,
            waits_for: Some(WaitsFor::Probe),
            try_count: 3,
            http_status_code: None,
            fault: Some("dns".to_owned()),
            ..delivered.clone()
        };
        vec![delivered, waiting]
    }

    fn exported(format: ExportFormat) -> String {
        let mut text = format.begin();
        format.append(&mut text, &deliveries());
        text
    }

    #[test]
    fn csv_has_a_line_for_each_delivery() {
        assert_eq!(
            exported(ExportFormat::Csv),
            "event_id,event_type,status,accepted_at,delivered_at,next_try_at,waits_for,try_count,\
             http_status_code,fault\r\n\
             e1,COURSE_COMPLETION,delivered,2026-11-24T10:00:00.000+00:00,\
             2026-11-24T10:00:01.000+00:00,,,1,204,\r\n\
             e2,COURSE_COMPLETION,in_flight,2026-11-24T10:00:00.000+00:00,,,probe,3,,dns\r\n"
        );
    }

    #[test]
    fn lines_of_json_are_deliveries_as_in_the_list() {
        let text = exported(ExportFormat::JsonLines);
        let read: Vec<DeliveryView> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, deliveries());
    }

    #[test]
    fn the_name_of_the_file_says_the_format() {
        for format in [ExportFormat::Csv, ExportFormat::JsonLines] {
            assert_eq!(ExportFormat::of_file(format.file()), Some(format));
        }
        assert_eq!(ExportFormat::of_file("deliveries.xml"), None);
    }
}
