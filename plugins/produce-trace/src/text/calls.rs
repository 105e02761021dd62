//! What programs are answered, in both languages.

xl_plugin::phrases! {
    /// Nothing was kept.
    NOT_TAKEN = "没有接收，请检查标出的内容。", "Nothing was taken. Please look at what is named.";
    /// Too many events.
    TOO_MANY_EVENTS = "一个文档最多 {most} 个事件，请分开发送。", "A document has at most {most} events; send it in parts.";
    /// Too large an event.
    TOO_LARGE = "单个事件最多 {most} KiB。", "An event has at most {most} KiB.";
    /// Too many linked batches.
    TOO_LINKED = "关联批次或事件过多，无法放入一个文档；请分别导出各批次的事件。", "Too many linked batches or events for one document; query the events of each batch.";
    /// Lines of an order.
    LINES = "应有 1 到 {most} 行。", "There must be 1 to {most} lines.";
    /// An unknown parameter.
    UNKNOWN_PARAMETER = "不支持此参数；支持：{known}。", "This parameter is not supported; known are: {known}.";
    /// Events of a page.
    PER_PAGE = "应为 1 到 {most} 的整数。", "This must be a whole number from 1 to {most}.";
}
