"""Looks for simulated cameras with WSDiscovery, by multicast: it does not read the answers to its own unicast probes.

Usage: wsdiscovery_client.py ADDRESS… Ends when it has found all of them. Prints one JSON list, sorted by endpoint.
"""

import json
import sys

from wsdiscovery import QName
from wsdiscovery.discovery import ThreadedWSDiscovery

TYPES = [QName("http://www.onvif.org/ver10/network/wsdl", "NetworkVideoTransmitter")]


def look(wanted):
    found = {}
    discovery = ThreadedWSDiscovery()
    discovery.start()
    try:
        # Datagrams get lost: three probes, as a careful client sends them.
        for _ in range(3):
            for service in discovery.searchServices(types=TYPES, timeout=3):
                found[service.getEPR()] = {
                    "endpoint": service.getEPR(),
                    "addresses": service.getXAddrs(),
                    "types": [kind.getLocalname() for kind in service.getTypes()],
                    "scopes": [str(scope) for scope in service.getScopes()],
                }
            if wanted <= {address for one in found.values() for address in one["addresses"]}:
                break
    finally:
        discovery.stop()
    return [found[key] for key in sorted(found)]


print(json.dumps(look(set(sys.argv[1:]))))
