//! The EPCIS event of each step of a batch.

use serde_json::Value;
use serde_json::json;

use crate::batch::Batch;
use crate::batch::Unit;
use crate::batch::trade::Receiver;
use crate::entry::Fault;
use crate::entry::Input;
use crate::epcis::time;
use crate::evidence::Seen;
use crate::gs1::link::Link;
use crate::number::Thousandths;
use crate::site::Site;

/// The namespace of fields that are this plugin's own.
pub const VOCABULARY: &str = "https://example.org/xueliang-plus/voc/";

/// How a masked picture is made, as a method that evidence names.
const MASKED_PICTURE: &str = "https://example.org/xueliang-plus/voc/MaskedPicture";

/// The standard's context and this plugin's namespace.
pub fn context() -> Value {
    json!(["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", { "xl": VOCABULARY }])
}

/// Where a step happened and what names things.
#[derive(Debug)]
pub struct Maker<'a> {
    /// The township, nine digits.
    pub township: &'a str,
    /// Where Digital Links live.
    pub link_base: &'a str,
}

impl Maker<'_> {
    /// The lot as an EPC class: a Digital Link where the product has a GTIN, else a name of the township's own.
    pub fn class(&self, key: &str, batch: &Batch) -> String {
        match &batch.trade.gtin {
            Some(gtin) => Link::of_lot(gtin, key).write(self.link_base),
            None => format!("urn:xueliang:lot:{}:{key}", self.township),
        }
    }

    fn planting(&self, key: &str) -> String {
        format!("urn:xueliang:planting:{}:{key}", self.township)
    }

    fn place(&self, key: &str, site: &Site) -> Value {
        let id = match &site.gln {
            Some(gln) => format!("{}/414/{gln}", self.link_base.trim_end_matches('/')),
            None => format!("urn:xueliang:site:{}:{key}", self.township),
        };
        json!({ "id": id })
    }

    /// A certificate as a URI.
    pub fn certificate(&self, key: &str) -> String {
        format!("urn:xueliang:certificate:{}:{key}", self.township)
    }

    /// Planted.
    pub fn planted(&self, key: &str, batch: &Batch, site: &Site, time_ms: i64) -> Value {
        let (quantity, unit) = match batch.unit {
            Unit::Plants => (batch.quantity, "H87"),
            // One mu is a fifteenth of a hectare: given in square metres.
            Unit::Mu => (Thousandths::of(batch.quantity.value() * 2000.0 / 3.0).unwrap_or_default(), "MTK"),
        };
        let mut event = step("ObjectEvent", time_ms, "commissioning", "active");
        event["action"] = "ADD".into();
        event["quantityList"] = json!([{ "epcClass": self.planting(key), "quantity": quantity, "uom": unit }]);
        event["readPoint"] = self.place(&batch.site, site);
        event["ilmd"] = json!({ "xl:product": batch.product, "xl:origin": site.township() });
        event
    }

    /// An input was used.
    pub fn input_used(&self, key: &str, batch: &Batch, site: &Site, input: &Input, time_ms: i64) -> Value {
        let mut event = json!({
            "type": "ObjectEvent", "action": "OBSERVE", "bizStep": format!("{VOCABULARY}BizStep-plant_protection"),
            "quantityList": [{ "epcClass": self.planting(key) }],
            // Not where it was bought: that may be a person.
            "xl:input": {
                "xl:name": input.name, "xl:registrationNo": input.registration, "xl:purpose": input.purpose,
                "xl:dose": input.dose, "xl:preHarvestIntervalDays": input.interval_days,
            },
        });
        event["readPoint"] = self.place(&batch.site, site);
        at(event, time_ms)
    }

    /// Harvested, with the pictures that show it.
    pub fn harvested(&self, key: &str, batch: &Batch, site: &Site, seen: &[Seen], time_ms: i64) -> Value {
        let mut event = step("TransformationEvent", time_ms, "commissioning", "active");
        event["inputQuantityList"] = json!([{ "epcClass": self.planting(key) }]);
        event["outputQuantityList"] = json!([self.kilograms(key, batch, batch.quantity_kg.unwrap_or_default())]);
        event["readPoint"] = self.place(&batch.site, site);
        event["ilmd"] = json!({ "xl:harvestDate": batch.harvested, "xl:origin": site.township() });
        self.with_pictures(event, seen)
    }

    /// Tested.
    pub fn tested(&self, key: &str, batch: &Batch, report: &str, passed: bool, time_ms: i64) -> Value {
        let disposition = if passed { "conformant" } else { "non_conformant" };
        let mut event = self.observed(key, batch, None, time_ms, "inspecting", disposition);
        event["bizTransactionList"] = json!([self.transaction("testres", "report", report)]);
        event
    }

    /// Certified.
    pub fn certified(&self, key: &str, batch: &Batch, certificate: &str, quantity: Thousandths, time_ms: i64) -> Value {
        let mut event = self.observed(key, batch, Some(quantity), time_ms, "inspecting", "conformant");
        event["certificationInfo"] = json!([self.certificate(certificate)]);
        event["bizTransactionList"] = json!([{ "type": "cert", "bizTransaction": self.certificate(certificate) }]);
        event
    }

    /// Packed.
    pub fn packed(&self, key: &str, batch: &Batch, sscc: &str, seen: &[Seen], time_ms: i64) -> Value {
        let mut event = step("AggregationEvent", time_ms, "packing", "container_closed");
        event["action"] = "ADD".into();
        event["parentID"] = format!("{}/00/{sscc}", self.link_base.trim_end_matches('/')).into();
        event["childQuantityList"] = json!([self.kilograms(key, batch, batch.left_kg())]);
        self.with_pictures(event, seen)
    }

    /// Shipped.
    pub fn shipped(&self, key: &str, batch: &Batch, to: &Receiver, seen: &[Seen], time_ms: i64) -> Value {
        let event = self.observed(key, batch, Some(to.quantity_kg), time_ms, "shipping", "in_transit");
        self.with_pictures(self.carried(event, batch, to), seen)
    }

    /// Received.
    pub fn received(&self, key: &str, batch: &Batch, by: &Receiver, time_ms: i64) -> Value {
        let event = self.observed(key, batch, Some(by.quantity_kg), time_ms, "receiving", "in_progress");
        self.carried(event, batch, by)
    }

    /// Delivery note, certificate and receiver of a shipment.
    fn carried(&self, mut event: Value, batch: &Batch, receiver: &Receiver) -> Value {
        let certificate = batch.trade.certificate.as_ref();
        let certificate = certificate.map(|key| json!({ "type": "cert", "bizTransaction": self.certificate(key) }));
        let note = self.transaction("desadv", "delivery", &receiver.document);
        event["bizTransactionList"] = std::iter::once(note).chain(certificate).collect();
        if let Some(gln) = &receiver.gln {
            let party = format!("{}/417/{gln}", self.link_base.trim_end_matches('/'));
            event["destinationList"] = json!([{ "type": "possessing_party", "destination": party }]);
        }
        event
    }

    /// Sold.
    pub fn sold(&self, key: &str, batch: &Batch, order: &str, quantity: Thousandths, time_ms: i64) -> Value {
        let mut event = self.observed(key, batch, Some(quantity), time_ms, "retail_selling", "retail_sold");
        event["action"] = "DELETE".into();
        event["bizTransactionList"] = json!([self.transaction("po", "order", order)]);
        event
    }

    /// Made of other batches.
    pub fn formed(&self, made: (&str, &Batch), of: &[(&str, &Batch, Thousandths)], time_ms: i64) -> Value {
        let (key, batch) = made;
        let mut event = step("TransformationEvent", time_ms, "commissioning", "active");
        event["inputQuantityList"] =
            of.iter().map(|(key, batch, quantity)| self.kilograms(key, batch, *quantity)).collect();
        event["outputQuantityList"] = json!([self.kilograms(key, batch, batch.left_kg())]);
        event
    }

    /// Recalled: all batches that the recall reaches.
    pub fn recalled(&self, lots: &[(String, Batch)], recall: &str, time_ms: i64) -> Value {
        let mut event = step("ObjectEvent", time_ms, "holding", "recalled");
        event["action"] = "OBSERVE".into();
        event["quantityList"] = lots.iter().map(|(key, batch)| json!({ "epcClass": self.class(key, batch) })).collect();
        event["xl:recall"] = format!("urn:xueliang:recall:{}:{recall}", self.township).into();
        event
    }

    fn observed(
        &self,
        key: &str,
        batch: &Batch,
        quantity: Option<Thousandths>,
        time_ms: i64,
        biz_step: &str,
        disposition: &str,
    ) -> Value {
        let mut event = step("ObjectEvent", time_ms, biz_step, disposition);
        event["action"] = "OBSERVE".into();
        event["quantityList"] = json!([match quantity {
            Some(quantity) => self.kilograms(key, batch, quantity),
            None => json!({ "epcClass": self.class(key, batch) }),
        }]);
        event
    }

    fn kilograms(&self, key: &str, batch: &Batch, quantity: Thousandths) -> Value {
        json!({ "epcClass": self.class(key, batch), "quantity": quantity, "uom": "KGM" })
    }

    fn transaction(&self, kind: &str, what: &str, number: &str) -> Value {
        json!({ "type": kind, "bizTransaction": format!("urn:xueliang:{what}:{}:{number}", self.township) })
    }

    /// Pictures as sensor elements: camera, time, and the bytes by their SHA-256, so that the event's hash covers them.
    fn with_pictures(&self, mut event: Value, seen: &[Seen]) -> Value {
        if !seen.is_empty() {
            event["sensorElementList"] = seen.iter().map(|picture| self.picture(picture)).collect();
        }
        event
    }

    fn picture(&self, seen: &Seen) -> Value {
        let evidence = format!("urn:sha256:{}", seen.sha256);
        let camera = format!("urn:xueliang:camera:{}:{}", self.township, seen.camera);
        json!({
            "sensorMetadata": {
                "time": time::write(seen.time_ms), "deviceID": camera, "rawData": evidence,
                "dataProcessingMethod": MASKED_PICTURE,
            },
            "sensorReport": [{ "type": format!("{VOCABULARY}Picture"), "uriValue": evidence }],
        })
    }
}

/// The same event, declared wrong.
pub fn declared_wrong(event: &Value, reason: Fault, now_ms: i64) -> Value {
    let mut event = event.clone();
    if let Value::Object(map) = &mut event {
        map.remove("recordTime");
    }
    event["errorDeclaration"] = json!({ "declarationTime": time::write(now_ms), "reason": reason.as_str() });
    event
}

fn step(kind: &str, time_ms: i64, biz_step: &str, disposition: &str) -> Value {
    at(json!({ "type": kind, "bizStep": biz_step, "disposition": disposition }), time_ms)
}

fn at(mut event: Value, time_ms: i64) -> Value {
    event["eventTime"] = time::write(time_ms).into();
    event["eventTimeZoneOffset"] = "+08:00".into();
    event
}
