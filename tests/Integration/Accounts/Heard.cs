using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Heretix.Accounts.Telemetry;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>Hears one server's meter.</summary>
internal sealed class Heard : IDisposable
{
    private readonly MeterListener listener = new();

    public Heard(HeretixHost host)
    {
        var factory = host.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Meter.Name == SignInMeter.Name && ReferenceEquals(instrument.Meter.Scope, factory))
                me.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
            {
                var name = string.Join(
                    ' ',
                    new[] { instrument.Name }.Concat(tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))
                );
                if (instrument.IsObservable)
                    Gauges[name] = value;
                else
                    Counts.AddOrUpdate(name, value, (_, before) => before + value);
            }
        );
        listener.Start();
    }

    public ConcurrentDictionary<string, long> Counts { get; } = new();

    public ConcurrentDictionary<string, long> Gauges { get; } = new();

    public void Listen() => listener.RecordObservableInstruments();

    public void Dispose() => listener.Dispose();
}
