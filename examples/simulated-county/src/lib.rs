//! A county that does not exist: greenhouses that publish drawn pictures and readings over real MQTT.
//!
//! It talks to a hub as any device and any program would, by MQTT and the REST API, and knows nothing of its inside.
//! [`world`] is pure and decides everything by seed and simulated time; [`device`] sends what the world shows;
//! [`farm`] presses the buttons that a farmer would press; [`run`] puts them together.

pub mod cli;
pub mod clock;
pub mod device;
pub mod farm;
pub mod hub;
pub mod people;
pub mod run;
pub mod say;
pub mod setup;
pub mod state;
pub mod world;
