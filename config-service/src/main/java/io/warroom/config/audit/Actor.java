package io.warroom.config.audit;

/**
 * Who makes a change, and by which request.
 *
 * @param role what the caller is here, such as {@code OPERATOR}
 * @param credential the kind of proof, such as {@code PASSWORD}; never the proof
 */
public record Actor(String subject, String role, String credential, String remoteAddress, String requestId) {}
