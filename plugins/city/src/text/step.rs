//! Stages and steps of a case.

xl_plugin::phrases! {
    // Stages.
    /// reported.
    REPORTED = "待核实", "reported";
    /// verifying.
    VERIFYING = "核实中", "being verified";
    /// filed.
    FILED = "已立案", "filed";
    /// dispatched.
    DISPATCHED = "已派遣", "dispatched";
    /// returned.
    RETURNED = "已退回", "returned";
    /// accepted.
    ACCEPTED = "已接收", "accepted";
    /// processing.
    PROCESSING = "处置中", "in work";
    /// extension-requested.
    EXTENSION = "申请延期", "extension asked for";
    /// suspended.
    SUSPENDED = "挂账", "suspended";
    /// feedback.
    FEEDBACK = "已反馈", "reported back";
    /// checking.
    CHECKING = "核查中", "being checked";
    /// rework.
    REWORK = "返工", "rework";
    /// closed.
    CLOSED = "已结案", "closed";
    /// evaluated.
    EVALUATED = "已评价", "evaluated";
    /// rejected.
    REJECTED = "不予立案", "not filed";
    /// voided.
    VOIDED = "已作废", "void";

    // The seven stages of the process.
    /// Collection.
    COLLECT = "信息收集", "Collection";
    /// Filing.
    FILING = "案卷建立", "Filing";
    /// Dispatch.
    DISPATCHING = "任务派遣", "Dispatch";
    /// Work.
    WORKING = "任务处理", "Work";
    /// Reporting back.
    REPORTING = "处理反馈", "Feedback";
    /// Checking and closing.
    CLOSING = "核查结案", "Check and close";
    /// Evaluation.
    EVALUATION = "综合评价", "Evaluation";

    // Steps, as buttons.
    /// verify.
    DO_VERIFY = "开始核实", "Verify";
    /// file.
    DO_FILE = "立案", "File";
    /// reject.
    DO_REJECT = "不予立案", "Do not file";
    /// dispatch.
    DO_DISPATCH = "派遣", "Dispatch";
    /// return.
    DO_RETURN = "退回", "Return";
    /// accept.
    DO_ACCEPT = "接收", "Accept";
    /// start.
    DO_START = "开始处置", "Start";
    /// phase.
    DO_PHASE = "完成本阶段时限", "This phase is done";
    /// request-extension.
    DO_ASK = "申请延期", "Ask for an extension";
    /// approve-extension.
    DO_APPROVE = "同意延期", "Approve the extension";
    /// deny-extension.
    DO_DENY = "不同意延期", "Deny the extension";
    /// suspend.
    DO_SUSPEND = "挂账", "Suspend";
    /// resume.
    DO_RESUME = "恢复处置", "Resume";
    /// feedback.
    DO_FEEDBACK = "处置完成，反馈", "Done: report back";
    /// check.
    DO_CHECK = "开始核查", "Check";
    /// close.
    DO_CLOSE = "结案", "Close";
    /// rework.
    DO_REWORK = "返工", "Send back for rework";
    /// evaluate.
    DO_EVALUATE = "评价", "Evaluate";
    /// void.
    DO_VOID = "作废", "Void";
    /// reopen.
    DO_REOPEN = "重新打开", "Reopen";
    /// assign.
    DO_ASSIGN = "指定经办人", "Assign a handler";
    /// escalate.
    DO_ESCALATE = "督办", "Escalate";
    /// comment.
    DO_COMMENT = "添加备注", "Add a remark";
    /// open.
    DID_OPEN = "上报", "Opened";
    /// overdue.
    DID_OVERDUE = "超过时限", "Time limit ended";

    // In the history.
    /// Who did it.
    BY = "{who}", "by {who}";
    /// The clock.
    BY_CLOCK = "系统计时", "the clock";
    /// The module.
    BY_MODULE = "本模块", "this module";
    /// A moved limit.
    MOVED = "时限由 {before} 变为 {after}。", "The time limit moved from {before} to {after}.";
    /// A set limit.
    SET = "时限 {after}。", "Due {after}.";
    /// A sighting within the window.
    SEEN_AGAIN = "摄像机 {camera} 再次发现（第 {count} 次），置信度 {score}。", "Seen again by camera {camera} ({count} times), score {score}.";
    /// Score unknown.
    NO_SCORE = "未提供", "not given";
    /// What the camera said.
    SEEN = "摄像机 {camera} 于 {time} 发现疑似“{matter}”，设备标签 {label}，置信度 {score}。须由人员核实。", "Camera {camera} at {time}: possibly “{matter}”, the device says {label}, score {score}. A person has to verify it.";
}
