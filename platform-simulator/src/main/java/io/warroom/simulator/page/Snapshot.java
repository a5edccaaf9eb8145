package io.warroom.simulator.page;

import io.warroom.simulator.witness.Faults;
import io.warroom.simulator.witness.Journal;
import io.warroom.simulator.witness.Message;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Person;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.RoomNote;
import io.warroom.simulator.witness.Switches;
import io.warroom.simulator.witness.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a page is made of, taken at one moment; bounded, whatever the simulator holds. Made under the world's monitor, used without. */
record Snapshot(
        List<Phone> phones,
        List<String> tenants,
        int tenantCount,
        List<Faults.Standing> faults,
        List<World.Count> counts,
        List<Journal.Violation> violations,
        List<Journal.Drop> drops,
        List<Setting> settings) {
    private static final int MOST_ROOMS = 20;
    private static final int MOST_MESSAGES = 30;
    private static final int MOST_PEOPLE = 19;
    private static final int MOST_ABSENT = 9;
    private static final int MOST_TENANTS = 200;
    private static final int MOST_FAULTS = 100;
    private static final int MOST_ENTRIES = 20;

    /** One platform: its rooms, the latest activity first, and the one that is open. */
    record Phone(
            Platform platform, List<Line> rooms, @Nullable Chat chat) {}

    /** A room in a list; {@code key} finds it again. */
    record Line(
            String key,
            String tenantId,
            String name,
            boolean dissolved,
            int people,
            List<Person> faces,
            Instant at,
            @Nullable Message last) {}

    /** A room that is open: who is in it, who of the organisation is not, and what was said; the first ones, and how many more there are. */
    record Chat(
            Line line,
            String description,
            String ownerId,
            List<Person> in,
            int moreIn,
            List<Person> out,
            int moreOut,
            List<Message> messages,
            int earlier,
            List<RoomNote> notes) {}

    /** What is switched for an organisation. */
    record Setting(String tenantId, Platform platform, Switches switches) {}

    static Snapshot of(World world, Faults faults, Asked asked) {
        String tenant = asked.tenant();
        List<Faults.Standing> standing = faults.all();
        return new Snapshot(
                Stream.of(Platform.values())
                        .map(platform -> phone(world, platform, asked))
                        .toList(),
                world.tenants().reversed().stream().limit(MOST_TENANTS).toList(),
                world.tenants().size(),
                standing.subList(Math.max(0, standing.size() - MOST_FAULTS), standing.size()),
                world.totals(tenant),
                world.journal.latestViolations(tenant, MOST_ENTRIES),
                world.journal.latestDrops(tenant, MOST_ENTRIES),
                Stream.of(Platform.values())
                        .map(platform -> setting(world, platform, tenant))
                        .filter(Objects::nonNull)
                        .toList());
    }

    private static Phone phone(World world, Platform platform, Asked asked) {
        List<Room> rooms = world.active(platform, asked.tenant(), MOST_ROOMS);
        String open = asked.open().getOrDefault(platform, "");
        Room shown = open.isEmpty()
                ? rooms.stream().findFirst().orElse(null)
                : open.equals(Asked.LIST) ? null : byKey(world, platform, open);
        return new Phone(platform, rooms.stream().map(Snapshot::line).toList(), shown == null ? null : chat(shown));
    }

    /** A room's id has no such sign on any platform; a tenant's may. */
    private static String key(Room room) {
        return room.roomId + "@" + room.org.tenantId;
    }

    private static @Nullable Room byKey(World world, Platform platform, String key) {
        int sign = key.indexOf('@');
        Org org = sign < 0 ? null : world.known(key.substring(sign + 1), platform);
        return org == null ? null : world.room(org, key.substring(0, sign));
    }

    private static Line line(Room room) {
        Message last = room.messages.isEmpty() ? null : room.messages.getLast();
        return new Line(
                key(room),
                room.org.tenantId,
                room.name,
                room.dissolved,
                room.members.size(),
                members(room, 4),
                last == null ? room.createdAt : Instant.parse(last.at()),
                last);
    }

    private static Chat chat(Room room) {
        List<Person> out = room.org.absent(room, MOST_ABSENT);
        int absent = Math.max(out.size(), room.org.headcount() - room.members.size());
        int earlier = Math.max(0, room.messages.size() - MOST_MESSAGES);
        return new Chat(
                line(room),
                room.description,
                room.ownerId,
                members(room, MOST_PEOPLE),
                Math.max(0, room.members.size() - MOST_PEOPLE),
                out,
                absent - out.size(),
                new ArrayList<>(room.messages.subList(earlier, room.messages.size())),
                earlier,
                room.notes());
    }

    private static List<Person> members(Room room, int most) {
        return room.members.stream()
                .limit(most)
                .map(id -> room.org.person(id).orElseGet(() -> new Person(id, id, "", "", true, false)))
                .toList();
    }

    /** The tenant's, or without one that of whoever had something happen last. */
    private static @Nullable Setting setting(World world, Platform platform, @Nullable String tenant) {
        Org org = tenant == null ? latest(world, platform) : world.known(tenant, platform);
        return org == null ? null : new Setting(org.tenantId, platform, org.switches);
    }

    private static @Nullable Org latest(World world, Platform platform) {
        return Stream.concat(
                        world.active(platform, null, 1).stream().map(room -> room.org),
                        world.tenants().reversed().stream()
                                .limit(MOST_TENANTS)
                                .map(tenant -> world.known(tenant, platform))
                                .filter(Objects::nonNull))
                .findFirst()
                .orElse(null);
    }
}
