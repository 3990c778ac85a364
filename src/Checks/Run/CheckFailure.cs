using Heretix.Checks.Store;
using Heretix.Models;
using Heretix.Rpl;
using Npgsql;

namespace Heretix.Checks.Run;

/// <summary>Why a check has no result.</summary>
/// <param name="Code">In snake_case; stored with the check and sent as <c>error</c>.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Detail">A sentence for people.</param>
internal sealed record CheckFailure(string Code, int Status, string Detail)
{
    private const string Kept =
        " Nothing was counted; the answers that came are kept, and a repeat asks only for the rest.";

    public static CheckFailure ReservationExpired { get; } =
        new(
            "reservation_expired",
            409,
            "The check took so long that its reservation expired, and the allowance has been used up meanwhile."
        );

    public static CheckFailure ServerStopped { get; } =
        new("server_stopped", 503, "The server was stopped before the check was finished." + Kept);

    public static CheckFailure Interrupted { get; } =
        new("interrupted", 503, "The server that ran the check went down before it was finished." + Kept);

    public static CheckFailure Deleted { get; } =
        new("deleted", 404, "The check was deleted while it was running. Nothing was counted.");

    public static CheckFailure AccountClosed { get; } =
        new("account_closed", 403, "The account was left while the check was running. Nothing was counted.");

    public static CheckFailure Unexpected { get; } =
        new("internal_error", 500, "Something went wrong on the server. Nothing was counted.");

    public static CheckFailure DatabaseUnavailable { get; } =
        new("database_unavailable", 503, "The server's database could not be reached for too long." + Kept);

    /// <summary>
    /// The end could not be stored: whether it was counted is not known here, so nothing is said of it.
    /// </summary>
    public static CheckFailure NotStored { get; } =
        new(
            "database_unavailable",
            503,
            "The server's database could not be reached when the check ended. GET /api/checks/{check_id} tells how it ended; "
                + "a repeat asks only for what is missing."
        );

    /// <summary>HTTP status of a failure that is read off a row; of those that had several, the one that invites a repeat.</summary>
    public static int StatusOf(string? code) =>
        code switch
        {
            "account_closed" => 403,
            "reservation_expired" => 409,
            "too_few_valid_samples" or "model_rejected" => 502,
            "deleted" => 404,
            null or "internal_error" => 500,
            _ => 503,
        };

    /// <summary>What an exception means for the check.</summary>
    public static CheckFailure Of(Exception cause) =>
        cause switch
        {
            OperationCanceledException => ServerStopped,
            MeasurementException { Failure: MeasurementFailure.TooFewValidSamples } => new(
                "too_few_valid_samples",
                502,
                "Fewer than three of the model's answers could be used, and an estimate needs three. Nothing was counted."
            ),
            MeasurementException { Failure: MeasurementFailure.Rejected } => new(
                "model_rejected",
                502,
                "The model's provider refuses this question and would refuse it again. Nothing was counted."
            ),
            MeasurementException { InnerException: ModelCallException call } => ModelFailed(call),
            ModelCallException call => ModelFailed(call),
            // What the database refuses for good, it would refuse again.
            PostgresException refused when !Patience.MayPass(refused) => Unexpected,
            NpgsqlException or InvalidOperationException { InnerException: NpgsqlException } => DatabaseUnavailable,
            MissingKeyException => new("model_not_configured", 503, "The server has no key for this model's provider."),
            _ => Unexpected,
        };

    private static CheckFailure ModelFailed(ModelCallException call)
    {
        var (status, why) = call.Kind switch
        {
            ModelCallFailure.RateLimited => (503, "limits the rate of requests"),
            ModelCallFailure.Overloaded => (503, "has no capacity just now"),
            ModelCallFailure.Timeout => (503, "did not answer in time"),
            ModelCallFailure.Network => (503, "could not be reached"),
            ModelCallFailure.QuotaExhausted => (502, "says that this server's account has no credit left"),
            ModelCallFailure.Unauthorized => (502, "does not accept this server's key"),
            ModelCallFailure.NotFound => (502, "does not know the model"),
            _ => (502, "answered with an error"),
        };
        return new CheckFailure("model_failed", status, $"The model's provider ({call.Provider}) {why}." + Kept);
    }
}
