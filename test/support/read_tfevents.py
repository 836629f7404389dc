"""Prints the records of a TensorBoard event file as JSON; ends with an error where a checksum is wrong."""
import json
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        else:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        yield key >> 3, value


def records(data):
    at = 0
    while at < len(data):
        head = data[at : at + 8]
        (length,) = struct.unpack("<Q", head)
        body = data[at + 12 : at + 12 + length]
        assert struct.unpack_from("<I", data, at + 8)[0] == masked(head), "checksum of a length"
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(body), "checksum of an event"
        yield body
        at += 16 + length


def value_of(data):
    """A google.protobuf.Value."""
    ((number, value),) = fields(data)
    return {2: lambda: value, 3: value.decode if number == 3 else None, 4: lambda: bool(value)}[number]()


def plugin_of(parts):
    """What the hparams plugin reads: plugin_data.proto and api.proto of tensorboard.plugins.hparams."""
    data = dict(fields(dict(fields(parts[9]))[1]))
    assert data[1] == b"hparams", "the plugin's name"
    ((number, content),) = fields(data[2])
    found = {"tag": parts[1].decode()}
    if number == 4:
        return found | {"status": dict(fields(content))[1]}
    assert number == 3, "a session's start or end"
    found["hparams"] = {}
    for field, value in fields(content):
        if field == 1:
            entry = dict(fields(value))
            found["hparams"][entry[1].decode()] = value_of(entry[2])
        elif field == 4:
            found["group"] = value.decode()
    return found


def event_of(body):
    event = {"step": 0, "scalars": {}}
    for number, value in fields(body):
        if number == 1:
            event["time"] = value
        elif number == 2:
            event["step"] = value
        elif number == 3:
            event["version"] = value.decode()
        elif number == 7:
            event["start"] = dict(fields(value))[1] == 1
        elif number == 5:
            for _, entry in fields(value):
                parts = dict(fields(entry))
                if 9 in parts:
                    event["plugin"] = plugin_of(parts)
                else:
                    event["scalars"][parts[1].decode()] = parts[2]
    return event


with open(sys.argv[1], "rb") as file:
    print(json.dumps([event_of(body) for body in records(file.read())]))
