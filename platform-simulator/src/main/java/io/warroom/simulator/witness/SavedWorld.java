package io.warroom.simulator.witness;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * A world as it is kept in a file: organisations with their apps, people and switches, rooms with members and messages, messages
 * to people, and groups' robots. Tokens, counters and the journal are not kept: callers sign in again.
 */
record SavedWorld(int version, List<SavedOrg> organisations) {
    private static final int VERSION = 1;

    SavedWorld {
        if (version != VERSION) {
            throw new IllegalArgumentException("version must be " + VERSION + ", not " + version);
        }
        organisations = List.copyOf(organisations);
    }

    record SavedOrg(
            String tenantId,
            Platform platform,
            Map<String, String> app,
            List<Person> people,
            Switches switches,
            List<SavedRoom> rooms,
            List<DirectMessage> directs,
            List<SavedWebhook> webhooks) {}

    record SavedRoom(
            String roomId,
            String key,
            Instant createdAt,
            String madeBy,
            String name,
            String description,
            String ownerId,
            boolean dissolved,
            List<String> members,
            List<Message> messages) {}

    record SavedWebhook(String roomId, String key, String secret, Set<String> keywords) {}

    /** Gives the world as it is. Called under its monitor. */
    static SavedWorld of(World world) {
        return new SavedWorld(
                VERSION,
                world.organisations().stream()
                        .map(org -> new SavedOrg(
                                org.tenantId,
                                org.platform,
                                org.app,
                                List.copyOf(org.everybody()),
                                org.switches,
                                org.rooms().stream().map(SavedWorld::saved).toList(),
                                world.directs(org),
                                world.webhooks().stream()
                                        .filter(webhook -> webhook.room.org == org)
                                        .map(webhook -> new SavedWebhook(
                                                webhook.room.roomId, webhook.key, webhook.secret, webhook.keywords))
                                        .toList()))
                        .toList());
    }

    private static SavedRoom saved(Room room) {
        return new SavedRoom(
                room.roomId,
                room.key,
                room.createdAt,
                room.madeBy,
                room.name,
                room.description,
                room.ownerId,
                room.dissolved,
                List.copyOf(room.members),
                List.copyOf(room.messages));
    }

    /** Puts everything into an empty world. */
    void restore(World world) {
        for (SavedOrg saved : organisations) {
            Org org = world.org(saved.tenantId(), saved.platform());
            world.register(org, saved.app());
            org.replacePeople(saved.people());
            org.switches = saved.switches();
            for (SavedRoom one : saved.rooms()) {
                world.restore(restored(org, one));
            }
            for (DirectMessage direct : saved.directs()) {
                org.directs.add(direct);
            }
            for (SavedWebhook webhook : saved.webhooks()) {
                Room room = world.room(org, webhook.roomId());
                if (room == null) {
                    throw new IllegalArgumentException("a webhook names the room " + webhook.roomId());
                }
                world.add(new Webhook(room, webhook.key(), webhook.secret(), webhook.keywords()));
            }
        }
    }

    private static Room restored(Org org, SavedRoom saved) {
        Room room = new Room(org, saved.roomId(), saved.key(), saved.createdAt());
        room.madeBy = saved.madeBy();
        room.name = saved.name();
        room.description = saved.description();
        room.ownerId = saved.ownerId();
        room.dissolved = saved.dissolved();
        room.members.addAll(saved.members());
        room.messages.addAll(saved.messages());
        room.noteChanges(saved.createdAt());
        return room;
    }

    /** Reads the file into an empty world; a file that cannot be read is an IOException that names it. */
    static void read(Path file, World world) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try {
            Json.value(bytes, SavedWorld.class).restore(world);
        } catch (JacksonException | IllegalArgumentException | NullPointerException unreadable) {
            throw new IOException(
                    "The simulator's world in " + file
                            + " cannot be read. Repair the file, or delete it to begin with an" + " empty world.",
                    unreadable);
        }
    }

    /** Writes bytes in the place of the file, whole or not at all. */
    static void write(Path file, byte[] bytes) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
