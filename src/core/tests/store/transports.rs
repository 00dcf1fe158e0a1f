//! The cases over each transport, on each server that this machine has, alone and in a cluster of three.

use crate::conformance::pass;
use crate::rest::Rest;
use crate::servers::{Server, programs, start_cluster};
use crate::tcp::Tcp;

#[test]
fn every_case_passes_over_tcp() {
    for program in programs() {
        let server = Server::of(program);
        pass(&mut Tcp::to(&server.address));
    }
}

#[test]
fn every_case_passes_over_the_rest_protocol() {
    for program in programs() {
        let server = Server::of(program);
        pass(&mut Rest::to(&server.address));
    }
}

#[test]
fn every_case_passes_on_a_cluster_of_three() {
    for program in programs() {
        let nodes = start_cluster(program);
        pass(&mut Tcp::to(&nodes[0].address));
    }
}
