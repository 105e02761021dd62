//! What other programs of this county ask a hub for: any path of the API, and what a stranger sees.

use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Hub;
use super::HubError;

impl Hub {
    /// Reads a path below `/api/v1/`.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, HubError> {
        self.json(path, self.get(path)).await
    }

    /// Posts JSON to a path below `/api/v1/`.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn send<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, HubError> {
        self.json(path, self.post(path).json(body)).await
    }

    /// Posts a body of a kind to a path below `/api/v1/`.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn send_as<T: DeserializeOwned>(&self, path: &str, kind: &str, body: Vec<u8>) -> Result<T, HubError> {
        self.json(path, self.post(path).header("content-type", kind).body(body)).await
    }

    /// What a stranger sees at an address of the hub, such as `/t/CODE`.
    ///
    /// # Errors
    /// When the hub cannot be reached.
    pub async fn stranger(&self, address: &str) -> Result<(StatusCode, String), HubError> {
        let unreachable = |source| HubError::Unreachable { what: address.to_owned(), source };
        let answer = self.client.get(format!("{}{address}", self.address)).send().await.map_err(unreachable)?;
        let status = answer.status();
        Ok((status, answer.text().await.map_err(unreachable)?))
    }
}
