package io.warroom.config.openapi;

import io.warroom.event.Platform;
import java.util.Map;

/** What the parameters of addresses and headers may be, the same on every route. Stateless. */
final class KnownParameters {

    /** By name. */
    static final Map<String, Shape> ALL = Map.of(
            "tenantId",
            Shape.string()
                    .matching("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
                    .saying("The tenant.")
                    .like("acme"),
            "platform",
            Shape.oneOf(Platform.WECOM, Platform.DINGTALK, Platform.LARK)
                    .saying("The chat platform; in lower case too.")
                    .like("LARK"),
            "personId",
            Shape.idInAddress()
                    .saying("The person, as the incident system names it.")
                    .like("p-17"),
            "incidentId",
            Shape.idInAddress()
                    .saying("The incident, as the incident system names it.")
                    .like("INC-4711"),
            "tokenId",
            Shape.string()
                    .format("uuid")
                    .saying("The token's id; not the token.")
                    .like("0b5c5d8e-8f0e-4d0e-9f43-6a4f2f0f6a11"),
            "If-Match",
            Shape.string()
                    .saying("Make the change only if the revision is still one of these (ETags, or `*`): else 412."
                            + " What is there already is changed by nobody who leaves it out: 428.")
                    .like("\"3\""),
            "Idempotency-Key",
            Shape.string()
                    .matching("^[!-~]{1,255}$")
                    .saying("For a day the same request with the same key gets the same answer, and is not done again.")
                    .like("8e03978e-40d5-43dd-bc93-6894a57f9324"),
            "Last-Event-ID",
            Shape.string().saying("Where the stream goes on: the last event's id. Counts more than `after`."),
            "verify",
            Shape.flag()
                    .saying("Ask the platform first; `false` stores unchecked.")
                    .otherwise(true),
            "full",
            Shape.flag()
                    .saying("Make a test room too, and dissolve it; not on WeCom, where none can be dissolved.")
                    .otherwise(false));

    private KnownParameters() {}
}
