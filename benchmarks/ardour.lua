-- Ardour without a window, driven over stdin and stdout by benchmarks/ardour.py.
-- One order a line, words apart by tabs; one answer a line, "@@ OK ..." or "@@ ERR ...".
-- Everything else that is printed is Ardour's own log.

local session, track

local function answer (ok, text)
	io.stdout:write ("@@ ", ok and "OK " or "ERR ", tostring (text or ""), "\n")
	io.stdout:flush ()
end

local function one_midi () return ARDOUR.ChanCount (ARDOUR.DataType ("midi"), 1) end

local function by_hand () return ARDOUR.TransportRequestSource.TRS_UI end

local orders = {}

-- A new session with one MIDI track named "rec".
function orders.new (folder, name)
	assert (AudioEngine:set_backend ("JACK", "", ""), "no JACK backend")
	session = assert (create_session (folder, name, 48000), "no session")
	local made = session:new_midi_track (one_midi (), one_midi (), true, ARDOUR.PluginInfo (), nil, nil,
		1, "rec", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, false, true)
	for one in made:iter () do track = one end
	return session:name ()
end

-- Tempo from a beat on, in quarter notes a minute.
function orders.tempo (bpm, beat)
	local map = Temporal.TempoMap.write_copy ()
	map:set_tempo (Temporal.Tempo (tonumber (bpm), tonumber (bpm), 4),
		Temporal.timepos_t.from_ticks (math.floor (1920 * tonumber (beat or 0) + 0.5)))
	Temporal.TempoMap.update (map)
	map = nil
	collectgarbage ()
	return bpm
end

-- A port that is new may take a moment to be known here.
function orders.connect (port)
	local input = track:input ():midi (0)
	for _ = 1, 20 do
		if input:connect (port) == 0 then return input:name () end
		sleep (0.25)
	end
	error ("could not connect " .. port)
end

function orders.arm ()
	track:rec_enable_control ():set_value (1, PBD.GroupControlDisposition.NoGroup)
	session:maybe_enable_record (false)
	return session:record_status ()
end

function orders.clock (on)
	ARDOUR.config ():set_send_midi_clock (on == "1")
	return on
end

function orders.locate (sample)
	session:request_locate (tonumber (sample), false, ARDOUR.LocateTransportDisposition.MustStop,
		by_hand ())
	return sample
end

-- To another place without stopping.
function orders.jump (sample)
	session:request_locate (tonumber (sample), false, ARDOUR.LocateTransportDisposition.MustRoll,
		by_hand ())
	return sample
end

function orders.roll () session:request_roll (by_hand ()) end

function orders.stop () session:request_stop (false, false, by_hand ()) end

function orders.status ()
	return string.format ('{"sample": %d, "rolling": %s, "recording": %s, "xruns": %d}',
		session:transport_sample (), tostring (session:transport_rolling ()),
		tostring (session:actively_recording ()), session:get_xrun_count ())
end

function orders.save () return session:save_state ("") end

function orders.close ()
	track = nil
	collectgarbage ()
	close_session ()
	session = nil
end

for line in io.lines () do
	local words = {}
	for word in line:gmatch ("[^\t]+") do words[#words + 1] = word end
	if words[1] == "quit" then answer (true, "bye"); break end
	local order = orders[words[1]]
	if order == nil then
		answer (false, "unknown order " .. tostring (words[1]))
	else
		answer (pcall (order, table.unpack (words, 2)))
	end
end
quit ()
