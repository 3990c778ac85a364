namespace Heretix.Platform.Settings;

/// <summary>One environment variable that the server understands.</summary>
/// <param name="Name">Its name; <c>NAME_FILE</c> names a file with its value instead.</param>
/// <param name="Secret">Its value is never printed, and well-known values are refused in production.</param>
/// <param name="Alias">A second name under which it is also read; null for none.</param>
public sealed record Variable(string Name, bool Secret = false, string? Alias = null)
{
    /// <summary>Every variable, in the order of the handbook.</summary>
    public static IReadOnlyList<Variable> All { get; } =
    [
        new("APP_ENV"),
        new("DATABASE_URL", Secret: true),
        new("REDIS_URL", Secret: true),
        new("QDRANT_URL", Secret: true),
        new("ENCRYPTION_KEY", Secret: true),
        new("APP_URL"),
        new("API_URL"),
        new("RPL_MODEL"),
        new("RPL_PROMPT_VERSION"),
        new("RPL_PROMPTS_DIR"),
        new("RPL_ALLOW_MOCK"),
        new("OPENAI_API_KEY", Secret: true),
        new("GEMINI_API_KEY", Secret: true),
        new("XAI_API_KEY", Secret: true),
        new("ANTHROPIC_API_KEY", Secret: true),
        new("STRIPE_SECRET", Secret: true, Alias: "STRIPE_SECRET_KEY"),
        new("STRIPE_WEBHOOK_SECRET", Secret: true),
        new("STRIPE_PRICE_STARTER"),
        new("STRIPE_PRICE_CORE"),
        new("STRIPE_PRICE_PRO"),
        new("RAZORPAY_KEY_ID"),
        new("RAZORPAY_KEY_SECRET", Secret: true),
        new("RAZORPAY_WEBHOOK_SECRET", Secret: true),
        new("REVENUECAT_WEBHOOK_SECRET", Secret: true),
        new("CLERK_ISSUER"),
        new("GOOGLE_CLIENT_ID"),
        new("APPLE_CLIENT_ID"),
        new("POSTMARK_TOKEN", Secret: true),
        new("SMTP_HOST"),
        new("SMTP_PORT"),
        new("SMTP_USER"),
        new("SMTP_PASSWORD", Secret: true),
        new("SMTP_FROM", Alias: "EMAIL_SENDER_ADDRESS"),
        new("SMTP_TLS"),
        new("SENTRY_DSN", Secret: true),
        new("OTEL_EXPORTER_OTLP_ENDPOINT"),
        new("OTEL_EXPORTER_OTLP_HEADERS", Secret: true),
        new("OTEL_EXPORTER_OTLP_PROTOCOL"),
        new("METRICS_TOKEN", Secret: true),
        new("PASSWORD_BLOCKLIST"),
    ];
}
