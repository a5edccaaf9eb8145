package io.warroom.simulator.witness;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A group on a platform; mutable, guarded by the world's lock. */
public final class Room {
    private static final int MOST_NOTES = 20;

    /** The organisation whose room it is. */
    public final Org org;

    /** The platform's id. */
    public final String roomId;

    /** The caller's de-duplication key, or empty. */
    public final String key;

    /** When it was made. */
    public final Instant createdAt;

    /** The body of the call that made it, where a repeat may be compared with it. */
    public String madeBy = "";

    /** Its name, description and owner as they are now. */
    public String name = "";

    /** Free text. */
    public String description = "";

    /** User id of the owner, or empty when the bot owns it. */
    public String ownerId = "";

    /** Whether it was dissolved. */
    public boolean dissolved;

    /** User ids. */
    public final Set<String> members = new LinkedHashSet<>();

    /** Oldest first. */
    public final List<Message> messages = new ArrayList<>();

    /** What people see happen to it beside messages, oldest first; the latest are kept. */
    final List<RoomNote> notes = new ArrayList<>();

    /** Which of all rooms something happened in last: the higher, the later. */
    long lastActivity;

    private @Nullable String knownName;
    private boolean knownDissolved;

    /** Gives what people see happen to it beside messages, oldest first. */
    public List<RoomNote> notes() {
        return List.copyOf(notes);
    }

    /** Notes a name or an end that it did not have when it was looked at before. */
    void noteChanges(Instant now) {
        if (knownName != null && !knownName.equals(name)) {
            note(new RoomNote(now, RoomNote.What.RENAMED, knownName));
        }
        if (dissolved && !knownDissolved) {
            note(new RoomNote(now, RoomNote.What.DISSOLVED, name));
        }
        knownName = name;
        knownDissolved = dissolved;
    }

    private void note(RoomNote note) {
        if (notes.size() >= MOST_NOTES) {
            notes.removeFirst();
        }
        notes.add(note);
    }

    /** Puts a message in the place of another. */
    public void replace(Message old, Message changed) {
        messages.replaceAll(message -> message.equals(old) ? changed : message);
    }

    Room(Org org, String roomId, String key, Instant createdAt) {
        this.org = org;
        this.roomId = roomId;
        this.key = key;
        this.createdAt = createdAt;
    }
}
