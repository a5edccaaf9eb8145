package io.warroom.e2e.faults;

/** What must hold whatever goes wrong; numbered as the fault list's invariants. I6 is about the config service's outbox and has its own tests. */
enum Invariant {
    I1("every incident ends once, in one kind of result, and nothing still waits"),
    I2("one room an incident, the one that its results name, and no room for two"),
    I3("the committed offset, and what its metadata calls done, never passes a record that is open"),
    I4("nobody opens with an older revision of an app than was used before the incident was declared"),
    I5("no work before the configuration is read: nobody is told that there is no app when there is one"),
    I7("no secret in a log, a record's value or headers, or a metric"),
    I8("what is in flight is bounded, and no worker runs out of memory or ends by itself"),
    I9("after healing everything is read and committed up to its end"),
    I10("a worker that is told to stop does so in its time"),
    I11("every open room has its first message"),
    I12("every incident that was declared has a result, and every one that was resolved is closed"),
    I13("what an update said is in the room, or is named in the result as not posted"),
    I14("a closed room is not written into again, and a replayed update or resolution changes nothing");

    private final String words;

    Invariant(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
