package io.warroom.platform;

import static io.warroom.platform.FaultCases.tried;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoneRoomTest {

    /** How a worker finds out, when an incident is declared again, whether its room is still there. */
    @ParameterizedTest
    @EnumSource
    void lettingAMemberInShowsWhetherTheRoomIsStillThere(PlatformKind kind) {
        try (var world = new Simulated()) {
            // Given
            var client = Objects.requireNonNull(world.platforms.byKind().get(kind));
            var app = world.app(kind);
            var users = Stream.of("u1", "u2")
                    .map(id -> new RoomUser(Fixture.person(id, id, null, null), id))
                    .toList();
            var plan = new RoomPlan("key1", "acme INC-1", "INC-1 down", "u1", users);
            var made = tried(world.clock, () -> client.create(app, plan));
            assertThat(made).isInstanceOf(Outcome.Done.class);
            var room = new Room(((Outcome.Done<Room>) made).value().id(), "INC-1 down", Set.of());
            tried(world.clock, () -> client.admit(app, room, users));
            // When
            var there = client.admit(app, room, List.of(users.getFirst()));
            world.send("POST", "/tenants/acme/" + kind + "/dissolve", "{\"roomId\":\"" + room.id() + "\"}");
            var gone = client.admit(app, room, List.of(users.getFirst()));
            // Then
            assertThat(there).isEqualTo(new Outcome.Done<>(new Admission(List.of(users.getFirst()), List.of())));
            assertThat(gone)
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.why().kind()).isEqualTo(Failure.Kind.ROOM_GONE));
        }
    }
}
