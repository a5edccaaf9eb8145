package io.warroom.event;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Tells Avro that this package's classes may be named by a schema. Since 1.12 Avro makes objects of no class that it was not
 * told to trust; without this, reading an event ends in a {@code SecurityException}.
 */
public final class EventClasses {

    private static final Set<String> TRUSTED = Stream.of(
                    AppDeleted.getClassSchema(),
                    AppEnabled.getClassSchema(),
                    AppHealth.getClassSchema(),
                    IncidentDeclared.getClassSchema(),
                    IncidentParked.getClassSchema(),
                    IncidentResolved.getClassSchema(),
                    IncidentUpdated.getClassSchema(),
                    KeyRotated.getClassSchema(),
                    MemberBound.getClassSchema(),
                    WarRoomClosed.getClassSchema(),
                    WarRoomFailed.getClassSchema(),
                    WarRoomOpened.getClassSchema())
            .flatMap(EventClasses::named)
            .collect(Collectors.toUnmodifiableSet());

    private static final ClassSecurityPredicate EVENTS = type -> TRUSTED.contains(type.getName());

    private static boolean told;

    private EventClasses() {}

    /** Adds the event classes to those that Avro trusts in this JVM; whatever was trusted before still is. Done once. */
    public static synchronized void trust() {
        if (!told) {
            ClassSecurityValidator.setGlobal(
                    ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), EVENTS));
            told = true;
        }
    }

    private static Stream<String> named(Schema schema) {
        return switch (schema.getType()) {
            case RECORD ->
                Stream.concat(
                        Stream.of(schema.getFullName()),
                        schema.getFields().stream().flatMap(field -> named(field.schema())));
            case ENUM -> Stream.of(schema.getFullName());
            case ARRAY -> named(schema.getElementType());
            case UNION -> schema.getTypes().stream().flatMap(EventClasses::named);
            default -> Stream.empty();
        };
    }
}
