//! What happens after the harvest, in both languages.

xl_plugin::phrases! {
    // States.
    /// A passed test.
    TESTED = "已检测", "tested";
    /// With its certificate.
    CERTIFIED = "已出证", "certified";
    /// In packages.
    PACKED = "已包装", "packed";
    /// On its way.
    SHIPPED = "已发货", "shipped";
    /// With a receiver.
    RECEIVED = "已收货", "received";
    /// Nothing left.
    SOLD = "已售完", "sold";

    // Why a step is not made.
    /// The last test failed.
    FAILED = "最近一次检测不合格，不能出具合格证，也不能出库。", "The last test failed: no certificate is issued and nothing leaves.";
    /// No certificate.
    NO_CERTIFICATE = "本批次没有有效的承诺达标合格证，请先出证。", "This batch has no certificate in force; issue one first.";
    /// Recalled.
    IS_RECALLED = "本批次已召回，不能再进行此操作。", "This batch is recalled: this cannot be done any more.";
    /// More than is left.
    TOO_MUCH = "数量超过剩余量（{left} 公斤）。", "This is more than what is left ({left} kg).";
    /// Too many parts or receivers.
    TOO_MANY_PARTS = "一个批次最多 {most} 个去向。", "A batch has at most {most} parts or receivers.";
    /// A banned input.
    BANNED = "登记证号“{registration}”已被禁用，不得使用。", "Registration “{registration}” is banned and must not be used.";
    /// A wrong GTIN.
    NO_GTIN = "不是有效的 GTIN（8、12、13 或 14 位数字，末位为校验码）。", "This is no GTIN: 8, 12, 13 or 14 digits, the last one the check digit.";
    /// A wrong GLN.
    NO_GLN = "不是有效的 GLN（13 位数字，末位为校验码）。", "This is no GLN: 13 digits, the last one the check digit.";
    /// A wrong SSCC.
    NO_SSCC = "不是有效的 SSCC（18 位数字，末位为校验码）。", "This is no SSCC: 18 digits, the last one the check digit.";
    /// A wrong credit code.
    NO_CODE = "不是有效的统一社会信用代码（18 位，末位为校验码）。", "This is no unified social credit code: 18 characters, the last one the check character.";
    /// A wrong document number.
    NO_NUMBER = "只能用字母、数字、点、横线和下划线，最多 64 个。", "Letters, digits, dots, hyphens and underscores only, at most 64.";
    /// An unknown batch.
    NO_BATCH = "没有这个批次。", "There is no such batch.";
    /// The batch itself.
    SAME_BATCH = "不能与自身混装。", "A batch cannot be mixed with itself.";
    /// An unknown entry.
    NO_ENTRY = "没有这条记录，或已声明有误。", "There is no such record, or it was declared wrong before.";
    /// A record that others follow from.
    STILL_NEEDED = "此记录只能声明数据有误，不能声明未发生。", "This record can be declared incorrect, not as something that did not occur.";

    // Fields.
    /// GTIN.
    GTIN = "商品条码（GTIN）", "GTIN";
    /// How to fill it in.
    GTIN_HINT = "没有可留空。", "Leave it empty where there is none.";
    /// GLN.
    GLN = "位置码（GLN）", "GLN";
    /// Credit code.
    CODE = "统一社会信用代码", "Unified social credit code";
    /// Day of the test.
    TESTED_ON = "检测日期", "Tested on";
    /// Laboratory.
    LABORATORY = "检测机构", "Laboratory";
    /// Report number.
    REPORT = "报告编号", "Number of the report";
    /// Result.
    RESULT = "结果", "Result";
    /// Passed.
    PASS = "合格", "passed";
    /// Failed.
    FAIL = "不合格", "failed";
    /// Committing party.
    PARTY = "承诺主体", "Committing party";
    /// Contact.
    CONTACT = "联系方式", "Contact";
    /// How to fill it in.
    CONTACT_HINT = "经营主体的联系电话，会印在合格证上。", "The enterprise's own; it is printed on the certificate.";
    /// Basis.
    BASIS = "承诺依据", "Basis of the commitment";
    /// Quality control.
    BY_CONTROL = "质量安全控制符合要求", "quality control";
    /// Own test.
    BY_OWN_TEST = "自行检测合格", "own test passed";
    /// Commissioned test.
    BY_TEST = "委托检测合格", "commissioned test passed";
    /// Day of issue.
    ISSUED_ON = "开具日期", "Date of issue";
    /// Quantity.
    AMOUNT_KG = "数量（公斤）", "Quantity (kg)";
    /// Package.
    SSCC = "物流单元码（SSCC）", "SSCC";
    /// Day.
    DAY = "日期", "Day";
    /// Receiver.
    RECEIVER = "收货单位", "Receiver";
    /// Delivery note.
    DOCUMENT = "单据号", "Number of the delivery note";
    /// Order.
    ORDER = "订单号", "Order number";
    /// The other batch.
    OTHER_BATCH = "另一批次号", "The other batch";
    /// How much of the other batch.
    OTHER_KG = "其中另一批次（公斤）", "Of the other batch (kg)";
    /// Reason.
    REASON = "原因", "Reason";
    /// Incorrect data.
    INCORRECT_DATA = "数据有误", "incorrect data";
    /// Did not occur.
    DID_NOT_OCCUR = "未发生", "did not occur";
    /// Record to be corrected.
    ENTRY = "有误的记录", "The wrong record";
    /// What is left.
    LEFT = "剩余（公斤）", "Left (kg)";
    /// Certificate.
    CERTIFICATE = "承诺达标合格证", "Commitment certificate";
    /// Certificate number.
    CERTIFICATE_NUMBER = "合格证编号", "Number of the certificate";

    // Buttons and titles.
    /// Records a test.
    DO_TEST = "记录检测", "Record a test";
    /// Issues a certificate.
    DO_CERTIFY = "开具承诺达标合格证", "Issue the commitment certificate";
    /// Packs.
    DO_PACK = "记录包装", "Record the packing";
    /// Ships.
    DO_SHIP = "记录发货", "Record a shipment";
    /// Receives.
    DO_RECEIVE = "记录收货", "Record the receipt";
    /// Sells.
    DO_SELL = "记录销售", "Record a sale";
    /// Splits.
    DO_SPLIT = "分装（新批次须重新出证）", "Split (the new batch needs a certificate of its own)";
    /// Mixes.
    DO_MIX = "混装（新批次须重新出证）", "Mix (the new batch needs a certificate of its own)";
    /// Recalls.
    DO_RECALL = "召回本批次及其去向", "Recall this batch and all made of it";
    /// Corrects.
    DO_CORRECT = "声明记录有误", "Declare a record wrong";
    /// Says how corrections work.
    CORRECT_WHY = "记录从不修改或删除：声明后原记录仍在，并标为“已更正”。", "Records are never changed or deleted: the old one stays and is shown as corrected.";
    /// Opens a complaint.
    DO_COMPLAIN = "登记投诉", "Record a complaint";
    /// What the complaint is about.
    COMPLAINT = "投诉内容（不填写个人信息）", "The complaint (no personal data)";
    /// Heading above the form for buyers.
    COMPLAIN = "投诉与建议", "Complaints";
    /// What becomes of it.
    COMPLAIN_WHY = "请写明产品的问题，提交后可凭专属链接查看办理进度。无需登录，不收集姓名和电话，请勿填写个人信息。", "Say what is wrong with the product. You get a link of your own to see how it goes on. No sign-in; no name or telephone number is asked for: please write none.";
    /// Sends it.
    SEND_COMPLAINT = "提交投诉", "Send the complaint";
    /// Photos.
    COMPLAINT_PICTURES = "产品照片（请勿拍到人）", "Photos of the product (of nobody, please)";
    /// The page of a complaint.
    COMPLAINT_PAGE = "投诉办理进度", "How your complaint goes on";
    /// Its number.
    COMPLAINT_NUMBER = "案卷号", "Number";
    /// What it is about.
    COMPLAINT_ABOUT = "产品与批次", "Product and batch";
    /// When it was taken, and the first stage.
    COMPLAINT_TAKEN = "已受理", "Taken";
    /// The second stage.
    COMPLAINT_HANDLED = "办理中", "Being handled";
    /// The last stage.
    COMPLAINT_ENDED = "已办结", "Ended";
    /// It was rejected.
    COMPLAINT_REJECTED = "经核实不予立案：{reason}", "It was looked into and not filed: {reason}";
    /// It was voided.
    COMPLAINT_VOIDED = "本件已作废。", "It was voided.";
    /// Title of a complaint's case.
    COMPLAINT_TITLE = "农产品投诉：{product} {batch}", "Complaint about produce: {product} {batch}";
    /// How to complain, on the public page.
    HOW_TO_COMPLAIN = "对本产品有疑问或投诉，请提供批次号 {batch}，联系：{contact}。", "For questions or complaints give the batch number {batch} to: {contact}.";
    /// All batches in a state.
    BATCHES_IN = "批次：{state}", "Batches: {state}";
    /// All batches.
    ALL_BATCHES = "全部批次", "All batches";
    /// The Digital Link.
    LINK = "GS1 数字链接", "GS1 Digital Link";
    /// How to check a picture.
    HOW_TO_CHECK = "核对方法：校验值属于系统保存的原始图片，此处显示的图片可能经过遮挡或缩小。取得原图者用任意 SHA-256 工具（如 sha256sum）计算，与上表及该步骤 EPCIS 事件中的值一致，即未被改动。", "To check one: the SHA-256 is that of the original as the hub keeps it; what is shown here may be masked or smaller. Whoever is given the original computes its SHA-256 with any tool, such as sha256sum: it was not changed if the result stands in this table and in the step's EPCIS event.";
    /// Recalls.
    RECALLS = "召回", "Recalls";
    /// No recall.
    NO_RECALLS = "没有召回。", "No recall.";
    /// Orders.
    ORDERS = "订单", "Orders";
    /// No order.
    NO_ORDERS = "还没有订单。", "No order yet.";
    /// The graph of a batch.
    GRAPH = "来源与去向", "Where it came from and went";
    /// Back.
    BACK = "来源批次", "Made of";
    /// Forward.
    FORWARD = "去向批次", "Went into";
    /// This one.
    HERE = "本批次", "This batch";
    /// Receivers.
    RECEIVERS = "收货单位", "Receivers";
    /// A search has a bound, and what lies beyond is not stopped.
    CUT = "只查到最近的 {most} 批，更远的批次没有列出，召回也没有覆盖。请打开最远的批次，逐一召回由它做成的批次。", "Only the nearest {most} batches are found; what lies beyond is not listed and no recall reached it. Open the farthest batches and recall what was made of them one by one.";
    /// Nobody yet.
    NO_RECEIVERS = "尚未发往任何单位。", "Nothing left for a receiver yet.";
    /// Prints.
    PRINT = "查看并打印合格证", "See and print the certificate";
    /// Further rows.
    NEXT = "下一页", "Next page";
    /// Recall banner.
    RECALLED_BANNER = "本批次已召回：{reason}。请勿食用，并联系销售者。", "This batch is recalled: {reason}. Do not eat it; ask where you bought it.";
    /// Reach of a recall.
    REACH = "涉及批次", "Batches reached";
    /// Started.
    STARTED = "开始时间", "Started";
    /// Declaration on the certificate.
    DECLARATION = "我承诺对生产销售的食用农产品：不使用禁用农药、兽药、停用兽药和非法添加物；常规农药、兽药残留不超标；对承诺的真实性负责。", "The committing party promises for this produce: no banned pesticides, veterinary drugs or illegal additives; residues within the limits; and answers for the truth of this promise.";
    /// Replaced.
    NOT_IN_FORCE = "此合格证已失效：批次已重新出证、检测不合格或已召回。", "This certificate is not in force any more: another was issued, a test failed or the batch is recalled.";

    // The timeline.
    /// A test.
    DID_TEST = "检测{result}", "Tested: {result}";
    /// More about it.
    DID_TEST_TEXT = "{laboratory}，报告 {report}。", "{laboratory}, report {report}.";
    /// A certificate.
    DID_CERTIFY = "开具承诺达标合格证 {certificate}", "Commitment certificate {certificate} issued";
    /// Packing.
    DID_PACK = "包装 {sscc}", "Packed as {sscc}";
    /// Shipping.
    DID_SHIP = "发货 {quantity} 公斤", "Shipped {quantity} kg";
    /// To whom; not for the public.
    DID_SHIP_TO = "收货单位：{receiver}；单据 {document}。", "To {receiver}; delivery note {document}.";
    /// Receiving.
    DID_RECEIVE = "收货", "Received";
    /// Selling.
    DID_SELL = "销售 {quantity} 公斤", "Sold {quantity} kg";
    /// Order; not for the public.
    DID_SELL_ORDER = "订单 {order}。", "Order {order}.";
    /// Made of others.
    DID_FORM = "由批次 {parents} 混装或分装而成，{quantity} 公斤", "Made of {parents}, {quantity} kg";
    /// Given to another batch.
    DID_PART = "{quantity} 公斤进入批次 {child}", "{quantity} kg went into {child}";
    /// Recalled.
    DID_RECALL = "召回：{reason}", "Recalled: {reason}";
    /// A corrected record.
    CORRECTED = "（已更正：{reason}）", " (corrected: {reason})";
}
