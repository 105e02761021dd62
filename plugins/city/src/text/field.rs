//! Names of things and what stands beside fields.

xl_plugin::phrases! {
    /// Matter.
    MATTER = "事项", "Matter";
    /// Title.
    TITLE = "案由", "What";
    /// Number of the case.
    NUMBER = "案卷号", "Case number";
    /// Description.
    DESCRIPTION = "情况描述", "Description";
    /// What not to write.
    NO_NAMES = "请描述问题和地点，不要填写姓名、电话、车牌等个人信息。", "Say what and where. Please write no names, telephone numbers or plates.";
    /// Photos.
    PICTURES = "照片", "Photos";
    /// Photos of the state after.
    PICTURES_AFTER = "处置后照片", "Photos after the work";
    /// Position.
    POSITION = "位置", "Position";
    /// Position, hint.
    POSITION_HINT = "可用手机定位；用于确定所属网格。", "Your telephone can fill it in. It says which grid cell this is in.";
    /// Address.
    ADDRESS = "地点描述", "Where, in words";
    /// Place.
    PLACE = "村（社区）代码", "Village code";
    /// Place as a column.
    PLACE_NAME = "村（社区）", "Village";
    /// Place, hint.
    PLACE_HINT = "12 位行政区划代码；留空则按位置或网格确定。", "The 12-digit division code. Left empty: by position or grid cell.";
    /// Grid cell.
    CELL = "网格", "Grid cell";
    /// No grid cell.
    NO_CELL = "未定网格", "no grid cell";
    /// Stage.
    STAGE = "阶段", "Stage";
    /// Source.
    SOURCE = "来源", "Source";
    /// Unit.
    UNIT = "责任单位", "Responsible unit";
    /// Unit, hint.
    UNIT_HINT = "填写单位编号，与中枢登记的一致。", "The unit's id, as the hub has it.";
    /// The unit above.
    UNIT_ABOVE = "上级单位（空则按登记的上级）", "Unit above (empty: as registered)";
    /// No unit yet.
    NO_UNIT = "未派遣", "not dispatched";
    /// Handler.
    HANDLER = "经办人（账号）", "Handler (account)";
    /// Due.
    DUE = "时限", "Due";
    /// Opened.
    OPENED = "上报时间", "Reported";
    /// Closed.
    ENDED = "办结时间", "Ended";
    /// Reworks.
    REWORKS = "返工次数", "Reworks";
    /// Extensions.
    EXTENSIONS = "延期次数", "Extensions";
    /// Camera.
    CAMERA = "摄像机", "Camera";
    /// Hotline.
    LINE = "热线", "Hotline";
    /// Reference of the hotline.
    REFERENCE = "热线工单号", "Reference of the hotline";
    /// Opinion.
    NOTE = "说明", "Note";
    /// Reason.
    REASON = "理由", "Reason";
    /// Amount of a limit.
    AMOUNT = "时限数量", "Time limit";
    /// Unit of a limit.
    MEASURE = "时限单位", "Unit of the limit";
    /// Limit, hint.
    LIMIT_HINT = "留空则按本镇街时限表。", "Left empty: as in the township's table.";
    /// Working hours.
    WORK_HOUR = "工作时", "working hours";
    /// Working days.
    WORK_DAY = "工作日", "working days";
    /// Urgent hours.
    URGENT_HOUR = "紧急工作时", "urgent hours";
    /// Urgent days.
    URGENT_DAY = "紧急工作日", "urgent days";
    /// Working minutes.
    WORK_MINUTE = "工作分钟", "working minutes";
    /// Urgent minutes.
    URGENT_MINUTE = "紧急工作分钟", "urgent minutes";

    // A grid cell.
    /// Its id.
    CELL_ID = "网格编号", "Id of the cell";
    /// Its name.
    CELL_NAME = "网格名称", "Name of the cell";
    /// Name of its village.
    VILLAGE = "村（社区）名称", "Name of the village";
    /// The responsible person.
    MEMBER = "网格员（账号）", "Grid member (account)";
    /// Its area.
    AREA = "范围", "Area";
    /// Area, hint.
    AREA_HINT = "拐点“纬度,经度”（WGS 84），用“;”分隔，如 35.58,118.83; 35.59,118.83; 35.59,118.84。", "Corners “latitude,longitude” (WGS 84), parted by “;”: 35.58,118.83; 35.59,118.83; 35.59,118.84.";
    /// Its cameras.
    CAMERAS = "摄像机编号", "Cameras";
    /// Cameras, hint.
    CAMERAS_HINT = "照向本网格的摄像机，用空格分隔。", "Cameras that look at this cell, parted by blanks.";

    // Sources.
    /// Source patrol.
    PATROL = "网格员巡查", "patrol";
    /// Source hotline.
    HOTLINE = "热线", "hotline";
    /// Source video.
    VIDEO = "视频", "video";
    /// Source vehicle.
    VEHICLE = "车载采集", "vehicle";
    /// Source app.
    APP = "公众上报", "citizens";
    /// Source public link.
    PUBLIC_LINK = "扫码上报", "public link";
    /// Source media.
    MEDIA = "媒体", "media";
    /// Source transfer.
    TRANSFER = "转办", "transfer";
    /// Source schedule.
    SCHEDULE = "定时检查", "schedule";

    // Figures.
    /// Reported.
    REPORTED = "上报数", "Reported";
    /// Filed.
    FILED = "立案数", "Filed";
    /// Due in the period.
    DUE_COUNT = "应结案数", "Due";
    /// Closed of those.
    CLOSED = "结案数", "Closed";
    /// Closing rate.
    CLOSING_RATE = "结案率", "Closing rate";
    /// On-time rate.
    ON_TIME_RATE = "按期结案率", "Closed on time";
    /// Rework rate.
    REWORK_RATE = "返工率", "Rework rate";
    /// Extension rate.
    EXTENSION_RATE = "延期率", "Extension rate";
    /// Overdue now.
    OVERDUE = "超期未处置数", "Overdue and open";
    /// Closing rate of events.
    EVENT_RATE = "事件结案率", "Closing rate of events";
    /// Closing rate of components.
    COMPONENT_RATE = "部件结案率", "Closing rate of components";
    /// Recurrence.
    RECURRENCE = "复发率", "Recurrence";
    /// Mean time from report to closing.
    CLOSING_TIME = "平均办结用时", "Mean time to close";
    /// No data.
    NO_DATA = "无数据", "no data";
    /// A rate with its counts.
    RATE = "{percent}（{numerator}/{denominator}）", "{percent} ({numerator}/{denominator})";
    /// Share.
    SHARE = "占比", "Share";
    /// Label of a group.
    LABEL = "类别", "Label";

    // Cameras.
    /// Cases that a camera opened.
    SEEN_OPENED = "触发上报", "Opened";
    /// Repeats.
    SEEN_AGAIN = "重复发现", "Repeated";
    /// Weak.
    SEEN_WEAK = "低于置信度", "Below the threshold";
    /// Filed by a person.
    CONFIRMED = "核实立案", "Filed by a person";
    /// Rejected by a person.
    DISMISSED = "不予立案", "Not filed";
    /// Precision.
    PRECISION = "准确率", "Precision";
}
