package io.warroom.topic;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Why a Confluent deserializer could not read a record: tells a registry that is away, which passes, from a value that is bad,
 * which does not. Stateless.
 */
public enum Undecodable {
    /** The schema registry did not answer, or not sensibly: the value may be good. */
    REGISTRY_AWAY,
    /** The registry does not know the value's schema id. */
    UNKNOWN_SCHEMA,
    /** The value is not Avro in Confluent's wire format, or not of its schema. */
    NOT_AVRO;

    /** 404xx and 422xx: asking again gives the same answer. */
    private static final Pattern CLIENT_ERROR = Pattern.compile("error code: 4(04|22)");

    /** Why a deserializer threw this; never null. */
    public static Undecodable why(KafkaException e) {
        if (e instanceof RetriableException) {
            return REGISTRY_AWAY;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            // The registry client's own error, which code never names at compile time: "...; error code: 40403".
            if (cause instanceof InvalidConfigurationException || isRegistrysAnswer(cause)) {
                return CLIENT_ERROR.matcher(String.valueOf(cause.getMessage())).find() ? UNKNOWN_SCHEMA : REGISTRY_AWAY;
            }
            if (cause instanceof SocketException
                    || cause instanceof SocketTimeoutException
                    || cause instanceof UnknownHostException
                    || isOfRegistrysClient(cause)) {
                return REGISTRY_AWAY;
            }
        }
        return NOT_AVRO;
    }

    /** An answer that broke off, or is none: its class alone does not tell it from a value that ends too early. */
    private static boolean isOfRegistrysClient(Throwable cause) {
        return cause instanceof IOException
                && Arrays.stream(cause.getStackTrace())
                        .anyMatch(
                                frame -> frame.getClassName().startsWith("io.confluent.kafka.schemaregistry.client."));
    }

    private static boolean isRegistrysAnswer(Throwable cause) {
        return cause.getClass().getSimpleName().equals("RestClientException");
    }
}
