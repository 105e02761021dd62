//! The faults of real cameras, each of which a simulated one shows when it is told to.
//!
//! Only their names and what they stand for; each is acted out in the file that it concerns. "Table" is the table of
//! interoperability bugs that the hub's ONVIF bridge has to live with, "gate" the rules for what a camera may answer.

use std::fmt;
use std::str::FromStr;

/// Declares the faults with their names on the command line and their lines in the list.
macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal;)+) => {
        /// One way in which real cameras go wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Fault {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Fault {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Fault] = &[$(Fault::$variant,)+];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// What the camera does, in one line.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc,)+).trim_ascii(),)+
                }
            }
        }
    };
}

faults! {
    // Table, row "Camera clock wrong".
    /// The clock is half a year behind (Home Assistant issue 121952).
    WrongClock = "wrong-clock";
    /// `GetSystemDateAndTime` wants a login (Axis).
    ClockNeedsLogin = "clock-needs-login";
    /// The time is told as local time with a zone only.
    ClockLocalOnly = "clock-local-only";
    // Table, row "`Created` format refused".
    /// Only whole seconds ending in `Z` are taken as `Created` (Hikvision).
    CreatedStrict = "created-strict";

    // Table, row "HTTP Digest only, WSSE only, or PasswordText only".
    /// Only HTTP digest is accepted.
    DigestOnly = "digest-only";
    /// Only a WSSE digest is accepted.
    WsseOnly = "wsse-only";
    /// Only a password in clear text is accepted, as `PasswordText` or HTTP Basic.
    TextOnly = "text-only";
    /// A refusal says so in its text only, without the subcode `NotAuthorized`.
    RefusalWithoutSubcode = "refusal-without-subcode";
    // Table, row "Admin locked after few wrong tries".
    /// The account is locked after a few wrong tries (TP-Link VIGI).
    LockOut = "lock-out";

    // Table, row "XAddr with LAN IP behind NAT, …".
    /// Addresses name a host inside some local network.
    XaddrLanIp = "xaddr-lan-ip";
    /// Addresses name a port on which nobody listens.
    XaddrWrongPort = "xaddr-wrong-port";
    /// Addresses carry their port twice, `host:80:80` (Raysharp).
    XaddrDoubledPort = "xaddr-doubled-port";
    /// Addresses have no host, `http:///onvif/…`.
    XaddrNoHost = "xaddr-no-host";
    /// Addresses name a foreign public host (gate, row "Host").
    XaddrForeign = "xaddr-foreign";
    /// Addresses name the metadata service of a cloud (gate, row "Address policy").
    XaddrMetadata = "xaddr-metadata";

    // Table, row "`GetServices` missing or malformed; Media2 listed before Media".
    /// `GetServices` is not implemented.
    ServicesMissing = "services-missing";
    /// `GetServices` answers entries without namespace or address.
    ServicesMalformed = "services-malformed";
    /// `GetCapabilities` is not implemented.
    CapabilitiesMissing = "capabilities-missing";
    /// Media2 is listed before Media.
    Media2First = "media2-first";
    // Table, row "H.265 or Media2-only profiles overlooked".
    /// There is no Media service, and the profiles of Media2 are H.265.
    Media2Only = "media2-only";

    // Table, row "Invalid XML or UTF-8".
    /// `GetDeviceInformation` is not well-formed.
    InvalidXml = "invalid-xml";
    /// `GetDeviceInformation` is not UTF-8.
    InvalidUtf8 = "invalid-utf8";
    /// Attributes have no quotes (one TP-Link family).
    UnquotedAttributes = "unquoted-attributes";
    // Table, row "Odd dates".
    /// Messages carry dates such as `2024-08-17-12:30:45Z` and `T00:61:16Z`.
    OddDates = "odd-dates";

    // Table, row "No snapshot URI; 200 with empty body; HTML login page; URI expires".
    /// `GetSnapshotUri` is not implemented.
    NoSnapshotUri = "no-snapshot-uri";
    /// A picture is answered 200 with nothing in it.
    EmptySnapshot = "empty-snapshot";
    /// Instead of a picture comes the login page.
    HtmlSnapshot = "html-snapshot";
    /// A picture's address serves once.
    SnapshotUriExpires = "snapshot-uri-expires";
    /// A picture's address carries a wrong `user:pass@`.
    SnapshotUriWithPassword = "snapshot-uri-with-password";
    /// A picture is cut off in its middle.
    TruncatedSnapshot = "truncated-snapshot";

    // Table, row "StreamUri with `user:pass@` or factory IP".
    /// The stream's address carries `user:pass@`.
    StreamUriWithPassword = "stream-uri-with-password";
    /// The stream's address has the host that the factory set.
    StreamUriFactoryIp = "stream-uri-factory-ip";

    // Table, row "PullPoint capability wrong both ways".
    /// Pull points work although the capability says no.
    PullPointDenied = "pull-point-denied";
    /// Pull points do not work although the capability says yes.
    PullPointClaimed = "pull-point-claimed";
    // Table, row "`CreatePullPointSubscription` fails without `InitialTerminationTime`".
    /// A subscription without `InitialTerminationTime` is refused (Tapo C225).
    TerminationTimeRequired = "termination-time-required";
    // Table, row "Relative time broken (granted ≠ requested)".
    /// A duration is granted as five seconds; only an absolute time is understood.
    RelativeTimeBroken = "relative-time-broken";
    // Table, row "Termination < 60 s returned".
    /// Ten seconds are told as granted, though the subscription lives as long as asked for.
    ShortTermination = "short-termination";
    // Table, row "Renew unsupported; subscription lost on reboot".
    /// Renew is not implemented; pulling keeps the subscription alive.
    RenewUnsupported = "renew-unsupported";
    /// Each subscription is forgotten after its first pull.
    SubscriptionLost = "subscription-lost";
    // Table, row "Renewing too often upsets the camera".
    /// A Renew within half a minute of the last one ends the subscription (Tapo).
    RenewUpsets = "renew-upsets";
    // Table, row "Server closes the idle long poll".
    /// A poll with nothing to tell is hung up.
    IdlePollClosed = "idle-poll-closed";
    // Table, row "Slots exhausted; Unsubscribe kills all".
    /// There is no free pull point.
    SlotsExhausted = "slots-exhausted";
    /// Unsubscribe ends the subscriptions of everybody.
    UnsubscribeKillsAll = "unsubscribe-kills-all";
    // Table, row "Subscription manager on another, growing port".
    /// The subscription lives on another port, under a path of its own (Tapo).
    SubscriptionElsewhere = "subscription-elsewhere";
    /// A pull beyond 30 s or 5 messages is refused with the limits.
    PullLimits = "pull-limits";
    // Table, row "Camera slow for a while after events start".
    /// Everything but events is slow for half a minute after a subscription.
    SlowAfterEvents = "slow-after-events";
    // Table, row "Motion never cleared, or a flood of `false`".
    /// The end of a motion is never told.
    MotionNeverClears = "motion-never-clears";
    /// Each pull is answered at once with `false` over and over (TVT).
    FloodOfFalse = "flood-of-false";
    // Table, row "Topic ends in `//.` or `/`".
    /// Topics end in `//.`.
    TopicEndsInSlashDot = "topic-ends-in-slash-dot";
    // Table, row "Wrong source token".
    /// Messages name `vsconf` as their source.
    WrongSourceToken = "wrong-source-token";

    // Table, row "RelativeMove/Stop not implemented; MoveStatus frozen".
    /// `RelativeMove` is not implemented.
    RelativeMoveMissing = "relative-move-missing";
    /// Stop is not implemented; a movement with speed zero ends it.
    StopMissing = "stop-missing";
    /// `MoveStatus` is always IDLE.
    MoveStatusFrozen = "move-status-frozen";
    /// The Timeout of a movement is ignored: only a stop ends it.
    MoveTimeoutIgnored = "move-timeout-ignored";
    // Table, row "Call answers 200 and does nothing".
    /// `SetImagingSettings` and `SetSystemDateAndTime` answer 200 and change nothing.
    SetDoesNothing = "set-does-nothing";

    // Gate, rows "Deadlines" and "Isolation".
    /// Every answer comes late.
    SlowCamera = "slow-camera";
    /// Connections are accepted and closed without a word.
    Unreachable = "unreachable";
    /// Bodies come one byte a second.
    SlowBody = "slow-body";
    /// Bodies never end.
    NeverEndingBody = "never-ending-body";
    // Gate, row "Bodies".
    /// Bodies are 64 MiB long.
    GiantBody = "giant-body";
    /// Bodies are gzip that unpacks to 256 MiB, whether asked for or not.
    CompressedBomb = "compressed-bomb";
    // Gate, row "Redirects".
    /// Requests are redirected to loopback.
    RedirectLoopback = "redirect-loopback";
    /// Requests are redirected to the metadata service of a cloud.
    RedirectMetadata = "redirect-metadata";
    // Gate, row "XML".
    /// Answers declare entities that expand a billionfold.
    XmlBomb = "xml-bomb";
    /// Answers declare external entities: a file, and an address that counts who reads it.
    XmlExternalEntity = "xml-external-entity";
    /// Answers are nested 100 000 deep.
    XmlDepth = "xml-depth";
    /// Answers have an element with 100 000 attributes.
    XmlAttributes = "xml-attributes";
    /// Answers declare 100 000 namespaces.
    XmlNamespaces = "xml-namespaces";
    /// Names and models are hostile: markup, escapes, reversed text, a megabyte of it.
    HostileNames = "hostile-names";

    // Table, row "Discovery: no MetadataVersion, no XAddrs, namespace 2005/04 vs 2009/01, Types filter".
    /// `ProbeMatches` have no `XAddrs`; only a Resolve tells them.
    DiscoveryNoXaddrs = "discovery-no-xaddrs";
    /// `ProbeMatches` have no `MetadataVersion`.
    DiscoveryNoMetadataVersion = "discovery-no-metadata-version";
    /// A probe of one WS-Discovery namespace is answered in the other.
    DiscoveryOtherNamespace = "discovery-other-namespace";
    /// Probes that ask for types are not answered.
    DiscoveryTypesFilter = "discovery-types-filter";
    // Table, row "Discovery blocked by VLAN or containers".
    /// Probes are not answered at all.
    DiscoverySilent = "discovery-silent";
}

/// No fault has that name.
#[derive(Debug, thiserror::Error)]
#[error("no fault is called `{name}`; `simulated-onvif --list-faults` names them")]
pub struct UnknownFault {
    /// What was asked for.
    pub name: String,
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, UnknownFault> {
        let found = Self::ALL.iter().copied().find(|fault| fault.name() == name);
        found.ok_or_else(|| UnknownFault { name: name.to_owned() })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
