using System.Diagnostics;
using Heretix.Platform.Telemetry;
using Heretix.Platform.Telemetry.Otlp;

namespace Heretix.Tests.Unit.Platform.Telemetry;

/// <summary>What leaves in a span, its events included, says nothing of people and holds no secret.</summary>
public sealed class DiscretionTests
{
    [Fact]
    public void Messages_of_recorded_exceptions_are_redacted_like_everything_else()
    {
        using var source = new ActivitySource("discretion");
        using var listener = new ActivityListener
        {
            ShouldListenTo = heard => heard == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("work")!;
        var message = "no mail for ada@example.org with token=abcdef0123456789";
        activity.AddException(new InvalidOperationException(message));
        activity.AddEvent(new ActivityEvent("retry", tags: new() { ["password"] = "hunter2", ["attempt"] = 2 }));
        activity.SetStatus(ActivityStatusCode.Error, message);
        activity.Stop();
        using var discretion = new Discretion();

        discretion.OnEnd(activity);

        var told = activity.Events.SelectMany(recorded => recorded.Tags).ToDictionary();
        told["exception.type"].ShouldBe("System.InvalidOperationException");
        foreach (var text in told.Values.OfType<string>().Append(activity.StatusDescription.ShouldNotBeNull()))
        {
            text.ShouldNotContain("ada@example.org");
            text.ShouldNotContain("abcdef0123456789");
        }
        ((string)told["exception.message"]!).ShouldStartWith("no mail for ***");
        told["password"].ShouldBe(Redaction.Hidden);
        told["attempt"].ShouldBe(2);
        activity.StatusDescription.ShouldStartWith("no mail for ***");
    }
}
