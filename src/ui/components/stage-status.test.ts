import { describe, expect, it } from 'vitest';
import { needsAttention, statusOfDevice, statusOfStage } from './stage-status.ts';

describe('the state of a device in words', () => {
  it('never calls a device that is away underway', () => {
    expect(statusOfDevice('fetching', 'present').tone).toBe('underway');
    expect(statusOfDevice('fetching', 'away')).toEqual({ tone: 'still', label: 'Away, was fetching' });
    expect(statusOfDevice('probation', 'never-seen').tone).toBe('still');
  });

  it('keeps what is settled whether or not the device is there', () => {
    expect(statusOfDevice('committed', 'away').label).toBe('Committed');
    expect(statusOfDevice('failed', 'away').tone).toBe('bad');
  });

  it('tells unknown from idle', () => {
    expect(statusOfStage(undefined)).not.toEqual(statusOfStage('idle'));
  });

  it('asks for a person only when something went wrong', () => {
    expect(needsAttention('refused')).toBe(true);
    expect(needsAttention(undefined)).toBe(false);
    expect(needsAttention('committed')).toBe(false);
  });
});
