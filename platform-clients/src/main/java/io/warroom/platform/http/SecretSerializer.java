package io.warroom.platform.http;

import io.warroom.platform.Secret;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/** Writes a secret into a request's body; the record that carries it there shows none when it is printed. */
final class SecretSerializer extends StdSerializer<Secret> {

    SecretSerializer() {
        super(Secret.class);
    }

    @Override
    public void serialize(Secret secret, JsonGenerator json, SerializationContext context) {
        json.writeString(secret.reveal());
    }
}
